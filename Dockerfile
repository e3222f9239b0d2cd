# The build needs npm for the chess board that is embedded into the binary.
FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY migrations migrations
COPY static static
COPY src src
COPY benches benches
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates stockfish \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /data simultan
COPY --from=build /src/target/release/simultan /usr/local/bin/simultan
USER simultan
WORKDIR /data
VOLUME /data
ENV SIMULTAN_BIND=0.0.0.0:8000 \
    SIMULTAN_DATABASE=/data/simultan.db \
    SIMULTAN_ENGINE=/usr/games/stockfish \
    SIMULTAN_LOG_FORMAT=json
EXPOSE 8000
# SIGTERM, Docker's default, stops it in order.
ENTRYPOINT ["simultan"]
CMD ["serve"]
