// Parties by parts of their names, in Chinese, in English and in pinyin.
// mode: schema
CREATE FULLTEXT INDEX party_search IF NOT EXISTS
FOR (n:Party) ON EACH [n.name, n.name_en, n.former_names, n.pinyin]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}
