import type { TargetGroup } from '@terrace/model'

/** A request for a function, whole. */
export interface FunctionRequest {
  readonly group: TargetGroup
  /** Request line and header fields as a target would get them, with their empty line. */
  readonly head: string
  readonly body: Buffer
}

/** Bodies of these types, without an encoding, are text in the event. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml))$/i

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The event that a function gets of a request, as JSON. Paths and parameters of the query are passed on as they were sent,
 * without decoding.
 *
 * @see ELB User Guide for Application Load Balancers, "Use Lambda functions as targets of an Application Load Balancer"
 * @returns nothing when header fields, or a body that would be text, are not UTF-8
 */
export function functionEvent({ group, head, body }: FunctionRequest): string | undefined {
  const [line = '', ...fieldLines] = head.split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const mark = target.indexOf('?')
  try {
    const fields = fieldLines.filter(text => text !== '').map(fieldOf)
    return JSON.stringify({
      ...beginning(group, method, mark < 0 ? target : target.slice(0, mark)),
      ...named('queryStringParameters', 'multiValueQueryStringParameters', group, parametersOf(target, mark)),
      ...named(
        'headers',
        'multiValueHeaders',
        group,
        fields.filter(([name]) => name !== 'connection'),
      ),
      ...bodyOf(body, fields),
    })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The event of a health check. The same page, "Enable health checks". */
export const healthCheckEvent = (group: TargetGroup): string =>
  JSON.stringify({
    ...beginning(group, 'GET', group.healthCheck.path),
    ...named('queryStringParameters', 'multiValueQueryStringParameters', group, []),
    ...named('headers', 'multiValueHeaders', group, [['user-agent', 'ELB-HealthChecker/2.0']]),
    body: '',
    isBase64Encoded: false,
  })

type Field = readonly [name: string, value: string]

const beginning = ({ arn }: TargetGroup, httpMethod: string, path: string) => ({
  requestContext: { elb: { targetGroupArn: arn } },
  httpMethod,
  path,
})

// Without lists, the last value of a name counts.
function named(single: string, several: string, { multiValueHeaders }: TargetGroup, fields: readonly Field[]) {
  if (!multiValueHeaders) return { [single]: Object.fromEntries(fields) }
  const lists = new Map<string, string[]>()
  for (const [name, value] of fields) lists.set(name, [...(lists.get(name) ?? []), value])
  return { [several]: Object.fromEntries(lists) }
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(':')
  return [utf8(line.slice(0, colon)).toLowerCase(), utf8(line.slice(colon + 1).trim())]
}

function parametersOf(target: string, mark: number): readonly Field[] {
  if (mark < 0) return []
  const texts = target.slice(mark + 1).split('&')
  return texts.flatMap((text): Field[] => {
    if (text === '') return []
    const equals = text.indexOf('=')
    return [equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]]
  })
}

function bodyOf(body: Buffer, fields: readonly Field[]) {
  const last = (wanted: string) => fields.findLast(([name]) => name === wanted)?.[1]
  const type = last('content-type')?.split(';')[0]?.trim() ?? ''
  const isText = last('content-encoding') === undefined && TEXT.test(type)
  if (body.length === 0) return { body: '', isBase64Encoded: false }
  return isText
    ? { body: UTF8.decode(body), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}

// Heads are read as Latin-1: one character a byte.
const utf8 = (text: string): string => (IS_ASCII.test(text) ? text : UTF8.decode(Buffer.from(text, 'latin1')))

const IS_ASCII = /^[\t -~]*$/
