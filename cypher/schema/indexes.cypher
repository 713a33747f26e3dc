// Properties that are looked up by exact value.
// mode: schema
// each: indexed
CREATE INDEX by_@Label_@property IF NOT EXISTS FOR (n:@Label) ON (n.@property)
