import { Pattern } from './pattern/pattern.ts'

/** The first part of a text that looks like an attack; nothing when none does. */
export type Detector = (text: string) => string | undefined

const MOST_SHOWN = 100

function detector(sources: readonly string[]): Detector {
  let patterns: readonly Pattern[] | undefined
  return text => {
    patterns ??= sources.map(source => new Pattern(`(?is)${source}`))
    return patterns.some(pattern => pattern.test(text)) ? text.slice(0, MOST_SHOWN) : undefined
  }
}

const SQL_LOW = [
  String.raw`['"\x60]\s*(or|and|\|\||&&)\s*\(?\s*['"\x60]?[\w.]+['"\x60]?\s*(=|<|>|like\b|in\b|is\b)`,
  String.raw`\b(or|and)\s+\(?\d+\s*(=|<|>)\s*\d+`,
  String.raw`\bunion\b(\s|\+|/\*.{0,40}\*/|\()+(all\b|distinct\b)?\s*\(?\s*select\b`,
  String.raw`;\s*(drop|alter|create|truncate)\s+(table|database|schema|user|view)\b`,
  String.raw`;\s*(delete\s+from|insert\s+into|update\s+\w+\s+set|shutdown|exec(ute)?)\b`,
  String.raw`\b(sleep|benchmark|pg_sleep|load_file|extractvalue|updatexml|xp_cmdshell)\s*\(`,
  String.raw`\bwaitfor\s+delay\b`,
  String.raw`['"\x60]\s*;?\s*(--|#|/\*)`,
]
const SQL_HIGH = [
  ...SQL_LOW,
  String.raw`\bselect\b.{1,100}\bfrom\b`,
  String.raw`\b(insert\s+into|delete\s+from)\s+\w+`,
  String.raw`\binformation_schema\b`,
  String.raw`\binto\s+(out|dump)file\b`,
  String.raw`['"\x60]\s*(\|\||\+)\s*['"\x60]`,
  String.raw`\border\s+by\s+\d+\s*(--|#)`,
]

/**
 * SQL in a text. `differs:` an approximation by patterns that are listed above; AWS has a parser of its own
 * @see WAF Developer Guide, "SQL injection attack rule statement"
 */
export const SQL_INJECTION: Readonly<Record<'LOW' | 'HIGH', Detector>> = {
  LOW: detector(SQL_LOW),
  HIGH: detector(SQL_HIGH),
}

/**
 * Script in a text. `differs:` an approximation by the patterns below
 * @see WAF Developer Guide, "Cross-site scripting attack rule statement"
 */
export const CROSS_SITE_SCRIPTING: Detector = detector([
  String.raw`<\s*/?\s*(script|iframe|object|embed|applet|meta|base|svg|math|form|style|link|frameset)\b`,
  String.raw`<[^>]{0,200}[\s/"']on[a-z]{3,30}\s*=`,
  String.raw`\b(javascript|vbscript|livescript)\s*:`,
  String.raw`\bdata\s*:\s*text/html`,
  String.raw`\bexpression\s*\(.{0,100}\)`,
  String.raw`<!\[cdata\[|<\?xml\b|<!entity\b`,
])
