//! docs/api.md is the description of the HTTP part, as a page for people.

use std::{fmt::Write, fs, path::Path};

use serde_json::Value;

use crate::openapi::{description, followed};

/// Set, it makes the page anew.
const WRITE: &str = "SIMULTAN_WRITE_DOCS";

#[test]
fn the_page_says_what_the_description_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api.md");
    let page = page(&description());
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &page).expect("a page");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == page,
        "docs/api.md is of another description; {WRITE}=1 cargo test --test server api_page makes it anew"
    );
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// As a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn page(description: &Value) -> String {
    let mut page = String::from(
        "# HTTP\n\n<!-- Made from src/gallery/openapi.json by tests/server/api_page.rs: change it there. -->\n\n",
    );
    let info = &description["info"];
    let security = &description["components"]["securitySchemes"]["organiser"];
    write!(
        page,
        "{}\n\nFor programs the same is at `GET /api/openapi.json` ([OpenAPI](https://spec.openapis.org/oas/v3.1.0) 3.1). The WebSockets, and what the \
         fields mean in a game, are in [protocol.md](protocol.md).\n\n**Organiser** means that the header `Authorization: Bearer TOKEN` \
         is needed. {}\n\n",
        text(info, "description"),
        text(security, "description")
    )
    .expect("memory");
    for tag in description["tags"].as_array().expect("tags") {
        write!(page, "## {}\n\n{}\n\n", text(tag, "name"), text(tag, "description")).expect("memory");
        for (address, methods) in fields(&description["paths"]) {
            for (method, operation) in fields(methods) {
                if operation["tags"][0] == tag["name"] {
                    page.push_str(&told(description, method, address, operation));
                }
            }
        }
    }
    page.push_str("## Errors\n\nEach is `{\"error\":{\"code\":\"…\",\"message\":\"…\"}}`: the code is for programs, the message for people.\n\n");
    // What even the description may be answered with, everything may.
    let everywhere = fields(&description["paths"]["/api/openapi.json"]["get"]["responses"]);
    let everywhere = everywhere.filter_map(|(status, response)| Some((status, response["$ref"].as_str()?)));
    let everywhere: Vec<_> = everywhere
        .map(|(status, place)| format!("{status} {}", place.rsplit('/').next().unwrap_or_default()))
        .collect();
    write!(page, "Every address may answer, beside what stands there: {}.\n\n", everywhere.join(", ")).expect("memory");
    page.push_str("| name here | `code` | for example |\n|---|---|---|\n");
    for (name, response) in fields(&description["components"]["responses"]) {
        for (code, example) in fields(&response["content"]["application/json"]["examples"]) {
            let message = text(&example["value"]["error"], "message");
            writeln!(page, "| {name} | `{code}` | {} |", cell(message)).expect("memory");
        }
    }
    page.push_str("\n## Schemas\n\n");
    for (name, schema) in fields(&description["components"]["schemas"]) {
        write!(page, "### {name}\n\n").expect("memory");
        if !text(schema, "description").is_empty() {
            write!(page, "{}\n\n", text(schema, "description")).expect("memory");
        }
        page.push_str(&shape(schema));
        for example in schema["examples"].as_array().into_iter().flatten().filter(|example| example.is_object()) {
            write!(page, "```json\n{example}\n```\n\n").expect("memory");
        }
    }
    page.trim_end().to_owned() + "\n"
}

/// One operation.
fn told(description: &Value, method: &str, address: &str, operation: &Value) -> String {
    let mut told = format!("### {}\n\n`{} {address}`", text(operation, "summary"), method.to_uppercase());
    if operation["security"].as_array().is_some_and(|ways| ways.iter().any(|way| way["organiser"].is_array())) {
        let always = operation["security"].as_array().map_or(0, Vec::len) == 1;
        told.push_str(if always { " · **Organiser**" } else { " · **Organiser**, where it is set so" });
    }
    told.push_str("\n\n");
    if !text(operation, "description").is_empty() {
        write!(told, "{}\n\n", text(operation, "description")).expect("memory");
    }
    let parameters: Vec<_> = operation["parameters"].as_array().into_iter().flatten().collect();
    let parameters: Vec<_> = parameters.into_iter().map(|parameter| followed(description, parameter)).collect();
    if !parameters.is_empty() {
        told.push_str("| parameter | in | | left out |\n|---|---|---|---|\n");
        for parameter in parameters {
            let usual = &parameter["schema"]["default"];
            let usual = match usual {
                Value::Null if parameter["required"] == true => String::new(),
                Value::Null => "–".to_owned(),
                Value::String(text) => format!("`{text}`"),
                other => format!("`{other}`"),
            };
            let (name, place) = (text(parameter, "name"), text(parameter, "in"));
            writeln!(told, "| `{name}` | {place} | {} | {usual} |", cell(text(parameter, "description")))
                .expect("memory");
        }
        told.push('\n');
    }
    let body = &operation["requestBody"]["content"]["application/json"];
    if body.is_object() {
        let optional = if operation["requestBody"]["required"] == true { "" } else { ", or nothing" };
        write!(told, "Body: {}{optional}.\n\n", kind(&body["schema"])).expect("memory");
        if body["schema"]["properties"].is_object() {
            told.push_str(&shape(&body["schema"]));
        }
        if !body["example"].is_null() {
            write!(told, "```json\n{}\n```\n\n", body["example"]).expect("memory");
        }
    }
    told.push_str("| status | | |\n|---|---|---|\n");
    let everywhere = &description["paths"]["/api/openapi.json"]["get"]["responses"];
    for (status, response) in fields(&operation["responses"]) {
        if *response == everywhere[status] && response["$ref"].is_string() {
            continue;
        }
        let name = response["$ref"].as_str().and_then(|place| place.rsplit('/').next());
        let response = followed(description, response);
        let kinds = fields(&response["content"]).map(|(media, content)| match media.as_str() {
            "application/json" => kind(&content["schema"]),
            other => format!("`{other}`"),
        });
        let what = name.map_or_else(|| kinds.collect::<Vec<_>>().join(", "), |name| format!("[{name}](#errors)"));
        writeln!(told, "| {status} | {} | {what} |", cell(text(response, "description"))).expect("memory");
    }
    told.push('\n');
    told
}

/// An object's fields as a table, or what else a schema is.
fn shape(schema: &Value) -> String {
    let mut shape = String::new();
    if let Some(parts) = schema["allOf"].as_array() {
        let kinds: Vec<_> = parts.iter().filter(|part| part["$ref"].is_string()).map(kind).collect();
        write!(shape, "All of {}, and:\n\n", kinds.join(", ")).expect("memory");
        parts.iter().filter(|part| part["properties"].is_object()).for_each(|part| shape.push_str(&self::shape(part)));
    } else if schema["properties"].is_object() {
        shape.push_str("| field | | |\n|---|---|---|\n");
        rows(schema, "", &mut shape);
        shape.push('\n');
    } else {
        write!(shape, "{}\n\n", kind(schema)).expect("memory");
    }
    shape
}

/// A row for each field; those of objects inside it by their whole name.
fn rows(schema: &Value, before: &str, table: &mut String) {
    for (name, field) in fields(&schema["properties"]) {
        let name = format!("{before}{name}");
        let required =
            schema["required"].as_array().is_some_and(|all| all.iter().any(|one| *one == name[before.len()..]));
        let optional = if required { "" } else { ", optional" };
        writeln!(table, "| `{name}` | {}{optional} | {} |", cell(&kind(field)), cell(text(field, "description")))
            .expect("memory");
        rows(field, &format!("{name}."), table);
        if field["items"]["properties"].is_object() {
            rows(&field["items"], &format!("{name}[]."), table);
        }
    }
}

/// What a value is, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| match value {
            Value::String(text) => format!("`{text}`"),
            other => format!("`{other}`"),
        });
        return values.collect::<Vec<_>>().join(", ");
    }
    if !schema["const"].is_null() {
        return format!("`{}`", schema["const"].as_str().map_or_else(|| schema["const"].to_string(), str::to_owned));
    }
    let named = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        "null" => "`null`".to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(named).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    }
}
