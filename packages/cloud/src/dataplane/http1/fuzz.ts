import { type Random, seeded } from '@terrace/kit'

/** For tests: one generated request. */
export interface FuzzRequest {
  /** In the field `X-Id`. */
  readonly id: string
  readonly bytes: string
  /** What was done to it; nothing: it is an ordinary request. */
  readonly bent: readonly string[]
}

interface Draft {
  method: string
  target: string
  version: string
  lineEnd: string
  fields: string[]
  body: string
}

type Bend = (draft: Draft, random: Random) => void

/** For tests: requests that are the same for the same seed; about one in six is an ordinary one. */
export function generateRequests(seed: number, count: number): readonly FuzzRequest[] {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, index) => generate(`r${index}`, random))
}

function generate(id: string, random: Random): FuzzRequest {
  const draft = ordinary(id, random)
  const bent: string[] = []
  const times = random.pick([0, 1, 1, 1, 2, 3])
  const names = Object.keys(BENDS)
  for (let index = 0; index < times; index++) {
    const name = random.pick(names)
    BENDS[name]?.(draft, random)
    bent.push(name)
  }
  const { method, target, version, lineEnd, fields, body } = draft
  const head = [`${method} ${target} ${version}`, ...fields].map(line => `${line}${lineEnd}`).join('')
  return { id, bent, bytes: `${head}${lineEnd}${body}` }
}

function ordinary(id: string, random: Random): Draft {
  const fields = ['Host: app.example.com', `X-Id: ${id}`, 'Accept: */*', 'Connection: close']
  const draft: Draft = {
    method: 'GET',
    target: `/${random.text(4, 'abc')}`,
    version: 'HTTP/1.1',
    lineEnd: '\r\n',
    fields,
    body: '',
  }
  const kind = random.integer(3)
  if (kind === 0) return draft
  draft.method = random.pick(['POST', 'PUT', 'PATCH'])
  const content = random.text(1 + random.integer(20), 'xyz')
  if (kind === 1) {
    fields.push(`Content-Length: ${content.length}`)
    draft.body = content
  } else {
    fields.push('Transfer-Encoding: chunked')
    draft.body = `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`
  }
  return draft
}

const anywhere = (list: string[], line: string, random: Random) => list.splice(random.integer(list.length + 1), 0, line)
const control = (random: Random) => random.pick(['\0', '\x01', '\x0b', '\x0c', '\x1f', '\x7f', '\r'])

/** In a text, at a random place. */
function inserted(text: string, what: string, random: Random): string {
  const at = random.integer(text.length + 1)
  return text.slice(0, at) + what + text.slice(at)
}

/** Every way in which a request is bent: one idea each. */
const BENDS: Readonly<Record<string, Bend>> = {
  'another length': (draft, random) => anywhere(draft.fields, `Content-Length: ${random.integer(30)}`, random),
  'a length twice in one field': draft => draft.fields.push('Content-Length: 3, 3'),
  'a length in disguise': (draft, random) =>
    draft.fields.push(`Content-Length: ${random.pick(['+3', '-3', '0x3', '3 3', '3.0', ' ', '3;', '1e1', '٣'])}`),
  'a coding': (draft, random) =>
    anywhere(
      draft.fields,
      `Transfer-Encoding: ${random.pick([
        'chunked',
        'Chunked',
        'identity',
        'gzip',
        'gzip, chunked',
        'chunked, gzip',
        'chunked, chunked',
        'chunked;x=1',
        '"chunked"',
        'xchunked',
        'chunked\x0b',
        ' ',
      ])}`,
      random,
    ),
  'an old version': draft => {
    draft.version = 'HTTP/1.0'
  },
  'a strange version': (draft, random) => {
    draft.version = random.pick([
      'HTTP/1.2',
      'HTTP/2.0',
      'HTTP/0.9',
      'HTTP/11',
      'http/1.1',
      'HTTP/1.1 x',
      'HTTP/ 1.1',
      'HTTP/1.',
    ])
  },
  'a space before a colon': (draft, random) =>
    anywhere(
      draft.fields,
      random.pick(['Content-Length : 3', 'Transfer-Encoding : chunked', 'X : y', 'Host : b']),
      random,
    ),
  'a folded field': (draft, random) => anywhere(draft.fields, `X: a\r\n${random.pick([' ', '\t'])}b`, random),
  'a line that begins with a space': (draft, random) => anywhere(draft.fields, ' X: y', random),
  'a control character in a field': (draft, random) =>
    anywhere(draft.fields, `X: ${inserted('value', control(random), random)}`, random),
  'a control character in a name': (draft, random) =>
    anywhere(draft.fields, `${inserted('Name', control(random), random)}: v`, random),
  'a control character in the target': (draft, random) => {
    draft.target = inserted(draft.target, control(random), random)
  },
  'a space in the target': (draft, random) => {
    draft.target = inserted(draft.target, random.pick([' ', '\t']), random)
  },
  'a strange target': (draft, random) => {
    draft.target = random.pick([
      '*',
      'abc',
      '',
      '//',
      'http://',
      'http://a b/',
      'ftp://a/',
      'http://u@h/',
      'http:///x',
      '/#x',
      '/\xff',
      '/%zz',
      '/%00',
      'http://other.example.com/x',
    ])
  },
  'a strange method': (draft, random) => {
    draft.method = random.pick([
      'get',
      'GE T',
      'G\tET',
      'CONNECT',
      'TRACE',
      '',
      'GET\0',
      'PRI',
      'FOO',
      'M-SEARCH',
      'SOURCE',
    ])
  },
  'another Host': (draft, random) =>
    anywhere(
      draft.fields,
      `Host: ${random.pick(['app.example.com', 'b', '', 'a b', 'a/b', 'a@b', 'a:x', '[::1', 'a\x01'])}`,
      random,
    ),
  'no Host': draft => {
    draft.fields = draft.fields.filter(field => !/^host/i.test(field))
  },
  'a field without a colon': (draft, random) => anywhere(draft.fields, 'NoColon', random),
  'a field without a name': (draft, random) => anywhere(draft.fields, ': value', random),
  'a strange name': (draft, random) =>
    anywhere(draft.fields, `${random.pick(['Na me', 'Na(me', 'Na"me', 'Na\x80me', 'Na/me'])}: v`, random),
  'bare line feeds': draft => {
    draft.lineEnd = '\n'
  },
  'bare carriage returns': draft => {
    draft.lineEnd = '\r'
  },
  'one bare line feed': (draft, random) => anywhere(draft.fields, 'X: a\nContent-Length: 5', random),
  'a large field': (draft, random) => anywhere(draft.fields, `X: ${'x'.repeat(9000)}`, random),
  'a long target': draft => {
    draft.target = `/${'x'.repeat(20_000)}`
  },
  'a strange chunk': (draft, random) => {
    draft.fields = draft.fields.filter(field => !/^(content-length|transfer-encoding)/i.test(field))
    draft.fields.push('Transfer-Encoding: chunked')
    draft.method = 'POST'
    draft.body = random.pick([
      '3\nabc\r\n0\r\n\r\n',
      '3\r\nabcd\r\n0\r\n\r\n',
      '-1\r\nabc\r\n0\r\n\r\n',
      '0x3\r\nabc\r\n0\r\n\r\n',
      '3 \r\nabc\r\n0\r\n\r\n',
      ' 3\r\nabc\r\n0\r\n\r\n',
      '3;x="\r\n"\r\nabc\r\n0\r\n\r\n',
      'ffffffffffffffffff\r\nabc\r\n0\r\n\r\n',
      '3\r\nabc0\r\n\r\n',
      '3\r\nabc\r\n0\r\nX y: z\r\n\r\n',
      '\r\n3\r\nabc\r\n0\r\n\r\n',
      '3\r\nabc\r\n\r\n',
      '3\rabc\r\n0\r\n\r\n',
      'g\r\nabc\r\n0\r\n\r\n',
      '',
    ])
  },
  'more behind it': draft => {
    draft.body += 'GET /behind HTTP/1.1\r\nHost: a\r\nX-Id: behind\r\n\r\n'
  },
  'less of it': (draft, random) => {
    draft.body = draft.body.slice(0, random.integer(draft.body.length + 1))
  },
}
