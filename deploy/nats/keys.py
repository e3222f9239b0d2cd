#!/usr/bin/env python3
"""Makes the files by which NATS knows Simultan's halls, galleries and admin: one for each, with its rights and no more.

    pip install nkeys==0.2.1
    python3 keys.py keys              once: keys/resolver.conf for NATS, keys/admin.creds, keys/gallery.creds
    python3 keys.py keys hall club7   keys/club7.creds for that hall; NATS needs to be told nothing
    python3 keys.py keys void club7   that file opens nothing any more, once NATS has the new keys/resolver.conf

The folder also has operator.seed and account.seed: who has these makes more such files. Keep them off the machines that
run NATS, and make a copy. `nsc`, NATS's own program, makes the same; docs/scale.md has the rights to give it.
"""
import base64, json, os, re, sys, time

import nkeys

OPERATOR, ACCOUNT, USER = nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_USER
API, UNLIMITED = "$JS.API", {"subs": -1, "data": -1, "payload": -1}


def rights(name):
    """What a user may publish, and what it may hear."""
    inbox = f"_INBOX_{name}.>"
    if name == "admin":
        return [f"{API}.STREAM.{what}.SIMULTAN" for what in ("CREATE", "UPDATE", "INFO")], [inbox]
    if name == "gallery":
        consumer = [f"{API}.CONSUMER.{what}" for what in ("CREATE.SIMULTAN.*.sim.*.log", "MSG.NEXT.SIMULTAN.*", "DELETE.SIMULTAN.*")]
        return [f"{API}.STREAM.INFO.SIMULTAN", *consumer], ["sim.*.pulse", inbox]
    reading = [f"{API}.STREAM.INFO.SIMULTAN", f"{API}.STREAM.MSG.GET.SIMULTAN"]
    return [f"sim.{name}.log", f"sim.{name}.pulse", *reading], [f"sim.{name}.pulse", inbox]


def new_key(kind):
    seed = nkeys.encode_seed(os.urandom(32), kind)
    return nkeys.from_seed(seed), bytes(seed).decode()


def public(key):
    return key.public_key.decode()


def token(signer, subject, name, claims):
    """A JWT of NATS's kind."""
    def packed(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    body = {"jti": packed(os.urandom(24)), "iat": int(time.time()), "iss": public(signer), "sub": subject, "name": name}
    parts = {"typ": "JWT", "alg": "ed25519-nkey"}, {**body, "nats": {**claims, "version": 2}}
    text = ".".join(packed(json.dumps(part).encode()) for part in parts)
    return f"{text}.{packed(signer.sign(text.encode()))}"


class Folder:
    def __init__(self, path):
        self.path = path
        os.makedirs(path, mode=0o700, exist_ok=True)

    def of(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text, mode=0o600):
        with open(os.open(self.of(name) + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
        os.rename(self.of(name) + ".new", self.of(name))
        print(self.of(name))

    def kept(self, name, make):
        """What is there, or is made now."""
        if not os.path.exists(self.of(name)):
            self.write(name, make())
        with open(self.of(name)) as file:
            return file.read().strip()

    def key(self, name, kind):
        return nkeys.from_seed(bytearray(self.kept(name, lambda: new_key(kind)[1]).encode()))

    def void(self):
        try:
            with open(self.of("void.json")) as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def resolver(self):
        """What NATS reads: who is trusted, and the accounts. No secrets are in it."""
        operator, account = self.key("operator.seed", OPERATOR), self.key("account.seed", ACCOUNT)
        system = self.key("system.seed", ACCOUNT)
        bounds = {**UNLIMITED, "imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": 0}
        log = {**bounds, "mem_storage": 0, "disk_storage": -1, "streams": 1, "consumer": -1}
        claims = {"type": "account", "limits": log, "revocations": self.void()}
        simultan = token(operator, public(account), "simultan", claims)

        def signed(subject, name, claims):
            # NATS takes a new account at a reload, but neither another operator nor another system account.
            return self.kept(f"{name}.jwt", lambda: token(operator, public(subject), name, claims))

        own = signed(operator, "operator", {"type": "operator", "system_account": public(system)})
        other = signed(system, "system", {"type": "account", "limits": bounds})
        text = f"operator: {own}\nsystem_account: {public(system)}\nresolver: MEMORY\nresolver_preload: {{\n"
        self.write("resolver.conf", f"{text}  {public(account)}: {simultan}\n  {public(system)}: {other}\n}}\n", 0o644)

    def user(self, name):
        if os.path.exists(self.of(f"{name}.creds")):
            sys.exit(f"{self.of(name)}.creds is there already; make it void first")
        key, seed = new_key(USER)
        allowed, heard = rights(name)
        claims = {"type": "user", **UNLIMITED, "pub": {"allow": allowed}, "sub": {"allow": heard}}
        jwt = token(self.key("account.seed", ACCOUNT), public(key), name, claims)
        self.write(f"{name}.creds", (
            f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"))

    def make_void(self, name):
        with open(self.of(f"{name}.creds")) as file:
            jwt = file.read().split("\n")[1]
        claims = jwt.split(".")[1]
        subject = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
        # NATS gives up connections at a reload where the account says something new.
        self.write("void.json", json.dumps({**self.void(), subject: int(time.time())}))
        os.remove(self.of(f"{name}.creds"))
        self.resolver()


def main(arguments):
    match arguments:
        case [path]:
            folder = Folder(path)
            folder.resolver()
            for name in ("admin", "gallery"):
                if not os.path.exists(folder.of(f"{name}.creds")):
                    folder.user(name)
        case [path, "hall", name]:
            if not re.fullmatch("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", name) or name in ("admin", "gallery"):
                sys.exit("a hall's name is 1 to 32 lower-case letters, digits and hyphens, and not admin or gallery")
            if not os.path.exists(os.path.join(path, "account.seed")):
                sys.exit(f"{path} has no account.seed: make the folder first, with `keys.py {path}`")
            Folder(path).user(name)
        case [path, "void", name]:
            Folder(path).make_void(name)
        case _:
            sys.exit(__doc__.strip())


main(sys.argv[1:])
