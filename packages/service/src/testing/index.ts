export { type DatabaseKind, databaseKinds, type TestDatabases } from './databases.ts'
export { type LogLine, LogLines } from './log-lines.ts'
export { type Mariadb, mariadbMissing, startMariadb } from './mariadb.ts'
export { checkMysqlGrammar, type GrammarFinding } from './mysql-grammar.ts'
