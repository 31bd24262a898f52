import { createHash } from 'node:crypto'
import type { TextTransformation } from '@terrace/model'

type Transform = (text: string) => string

const unchanged: Transform = text => text

const unescaped = (text: string, pattern: RegExp, radix: number): string =>
  text.replace(pattern, (whole: string, digits: string) => {
    const code = Number.parseInt(digits, radix)
    return Number.isNaN(code) ? whole : String.fromCharCode(code & 255)
  })

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', nbsp: '\xa0', lt: '<', gt: '>', amp: '&', apos: "'" }

const decodeUrl: Transform = text => {
  const spaced = text.replaceAll('+', ' ')
  return spaced.includes('%') ? unescaped(spaced, /%([0-9a-fA-F]{2})/g, 16) : spaced
}
const withoutEntities: Transform = text =>
  unescaped(unescaped(text, /&#x([0-9a-fA-F]{1,6});/gi, 16), /&#(\d{1,7});/g, 10).replace(
    /&(quot|nbsp|lt|gt|amp|apos);/g,
    (_, name: string) => ENTITIES[name] ?? '',
  )
const compressWhiteSpace: Transform = text => text.replace(/[\f\t\n\r\v\xa0 ]+/g, ' ')

function normalizedPath(text: string): string {
  const kept: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '.' || (segment === '' && kept.length > 0)) continue
    if (segment === '..' && kept.length > 1) kept.pop()
    else if (segment !== '..') kept.push(segment)
  }
  const path = kept.join('/')
  return text.endsWith('/') && !path.endsWith('/') ? `${path}/` : path === '' ? '/' : path
}

/**
 * What may be done to a text before it is looked at.
 * @see WAF Developer Guide, "Using text transformations in AWS WAF"
 */
export const TRANSFORMATIONS: Readonly<Record<string, Transform>> = {
  NONE: unchanged,
  LOWERCASE: text => text.toLowerCase(),
  UPPERCASE: text => text.toUpperCase(),
  URL_DECODE: decodeUrl,
  URL_DECODE_UNI: text => decodeUrl(text.includes('%') ? unescaped(text, /%u00([0-9a-fA-F]{2})/gi, 16) : text),
  // Most texts have none, and each request has many texts.
  HTML_ENTITY_DECODE: text => (text.includes('&') ? withoutEntities(text) : text),
  COMPRESS_WHITE_SPACE: compressWhiteSpace,
  REMOVE_NULLS: text => text.replaceAll('\0', ''),
  REPLACE_NULLS: text => text.replaceAll('\0', ' '),
  REPLACE_COMMENTS: text => text.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\*[\s\S]*$/g, ' '),
  CMD_LINE: text =>
    compressWhiteSpace(text.replace(/[\\"'^]/g, '').replace(/[,;]/g, ' '))
      .replace(/ ([/(])/g, '$1')
      .toLowerCase(),
  NORMALIZE_PATH: normalizedPath,
  NORMALIZE_PATH_WIN: text => normalizedPath(text.replaceAll('\\', '/')),
  BASE64_DECODE: text => (/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('latin1') : text),
  BASE64_DECODE_EXT: text => Buffer.from(text.replace(/[^A-Za-z0-9+/]/g, ''), 'base64').toString('latin1'),
  HEX_DECODE: text => Buffer.from(text.replace(/[^0-9a-fA-F]/g, ''), 'hex').toString('latin1'),
  SQL_HEX_DECODE: text =>
    text.replace(/0x((?:[0-9a-fA-F]{2})+)/g, (_, digits: string) => Buffer.from(digits, 'hex').toString('latin1')),
  ESCAPE_SEQ_DECODE: text =>
    unescaped(text, /\\x([0-9a-fA-F]{2})/g, 16).replace(
      /\\([abfnrtv\\?'"])/g,
      (_, name: string) => SEQUENCES[name] ?? name,
    ),
  CSS_DECODE: text => unescaped(text, /\\([0-9a-fA-F]{1,6})\s?/g, 16).replace(/\\(.)/g, '$1'),
  JS_DECODE: text =>
    unescaped(unescaped(text, /\\u([0-9a-fA-F]{4})/g, 16), /\\x([0-9a-fA-F]{2})/g, 16).replace(
      /\\([bfnrtv'"\\])/g,
      (_, name: string) => SEQUENCES[name] ?? name,
    ),
  UTF8_TO_UNICODE: text =>
    Buffer.from(text, 'latin1')
      .toString('utf8')
      .replace(/[^\0-\x7f]/g, character => `%u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  MD5: text => createHash('md5').update(text, 'latin1').digest().toString('latin1'),
}

const SEQUENCES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** All of them, one after the other, in the order of their priorities. */
export function transforming(transformations: readonly TextTransformation[]): Transform {
  const steps = [...transformations]
    .sort((a, b) => a.Priority - b.Priority)
    .flatMap(({ Type }) => (Type === 'NONE' ? [] : [TRANSFORMATIONS[Type] ?? unchanged]))
  const [only] = steps
  if (only && steps.length === 1) return only
  return text => steps.reduce((result, step) => step(result), text)
}
