// One version of a link opens under one number; its index finds links by id.
// mode: schema
// each: link
CREATE CONSTRAINT id_@Type IF NOT EXISTS FOR ()-[r:@Type]-() REQUIRE (r.id, r.seq_in) IS UNIQUE
