import { messageOf } from '@terrace/kit'
import nodeSqlParser from 'node-sql-parser'

/**
 * What MariaDB understands and MySQL 8 doesn't, or understands differently. (MySQL has neither `RETURNING` nor
 * sequences; `VALUES()` in an upsert, `NOWAIT` and system versioning differ.)
 */
const BANNED =
  /\breturning\b|\bsequence\b|\bnextval\b|\blastval\b|\bsystem versioning\b|\bfor portion of\b|\bminus\b|\bnvl\b|\bcreate or replace table\b|\bpersistent\b|\bwithout overlaps\b|\buuid\s*\(\s*\)\s*default\b/i

/** Statements that the grammar doesn't cover, in the exact form in which MySQL documents them. */
const KNOWN = [
  /^begin$/,
  /^commit$/,
  /^rollback$/,
  /^set transaction isolation level read committed$/,
  /^set session \w+ = default(, \w+ = default)*$/,
]

/** A statement that MySQL might not take. */
export interface GrammarFinding {
  readonly statement: string
  readonly reason: string
}

/** Checks statements that ran on MariaDB against a maintained grammar of MySQL and a list of what only MariaDB has. */
export function checkMysqlGrammar(statements: Iterable<string>): readonly GrammarFinding[] {
  const parser = new nodeSqlParser.Parser()
  const findings: GrammarFinding[] = []
  for (const statement of new Set([...statements].map(text => text.trim()))) {
    if (KNOWN.some(known => known.test(statement))) continue
    const banned = BANNED.exec(statement.replace(/'[^']*'/g, "''"))
    if (banned) findings.push({ statement, reason: `contains ${banned[0]}, which MySQL does not have` })
    try {
      parser.astify(statement.replaceAll('?', '1'), { database: 'MySQL' })
    } catch (error) {
      findings.push({ statement, reason: messageOf(error) })
    }
  }
  return findings
}
