// The key of a node type is unique.
// mode: schema
// each: any node
CREATE CONSTRAINT key_@Label IF NOT EXISTS FOR (n:@Label) REQUIRE n.@key IS UNIQUE
