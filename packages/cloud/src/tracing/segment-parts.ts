import type { Attributes, AttributeValue, Span } from './span.ts'

/** The request and the response of a span over HTTP, by today's and yesterday's names of the attributes. */
export function httpOf({ attributes, kind }: Span): Readonly<Record<string, object>> | undefined {
  const method = attributes['http.request.method'] ?? attributes['http.method']
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code']
  const url = urlOf(attributes)
  if (method === undefined && status === undefined && url === undefined) return undefined
  const length = attributes['http.response.body.size'] ?? attributes['http.response_content_length']
  return {
    request: given({
      method: text(method),
      url,
      user_agent: text(attributes['user_agent.original'] ?? attributes['http.user_agent']),
      client_ip:
        kind === 'server'
          ? text(attributes['client.address'] ?? attributes['http.client_ip'] ?? attributes['net.sock.peer.addr'])
          : undefined,
    }),
    response: given({ status: whole(status), content_length: whole(length) }),
  }
}

function urlOf(attributes: Attributes): string | undefined {
  const full = attributes['url.full'] ?? attributes['http.url']
  if (full !== undefined) return String(full)
  const path = attributes['url.path'] ?? attributes['http.target']
  if (path === undefined) return undefined
  const scheme = attributes['url.scheme'] ?? attributes['http.scheme'] ?? 'http'
  const host = attributes['server.address'] ?? attributes['http.host'] ?? attributes['net.host.name']
  const port = attributes['server.port'] ?? attributes['net.host.port']
  if (host === undefined) return String(path)
  const query = attributes['url.query']
  const authority = port === undefined || String(host).includes(':') ? host : `${host}:${port}`
  return `${scheme}://${authority}${path}${query === undefined || query === '' ? '' : `?${query}`}`
}

/** A query and its database. */
export function sqlOf(attributes: Attributes): object | undefined {
  const system = attributes['db.system.name'] ?? attributes['db.system']
  if (system === undefined || !SQL.has(String(system))) return undefined
  const host = attributes['server.address'] ?? attributes['net.peer.name']
  const database = attributes['db.namespace'] ?? attributes['db.name']
  return given({
    url: host === undefined && database === undefined ? undefined : `${host ?? ''}/${database ?? ''}`,
    database_type: String(system),
    user: text(attributes['db.user']),
    sanitized_query: text(attributes['db.query.text'] ?? attributes['db.statement']),
  })
}

const SQL = new Set([
  'mariadb',
  'microsoft.sql_server',
  'mssql',
  'mysql',
  'oracle',
  'oracle.db',
  'postgresql',
  'sqlite',
])

/** What ran it, or which operation of AWS it called. */
export function awsOf({ attributes, resource }: Span, isSegment: boolean): object | undefined {
  const [table] = list(attributes['aws.dynamodb.table_names'] ?? attributes['aws.table_name'])
  const call = isSegment
    ? {}
    : {
        operation: text(attributes['rpc.method'] ?? attributes['aws.operation']),
        region: text(attributes['cloud.region'] ?? attributes['aws.region']),
        request_id: text(attributes['aws.request_id'] ?? attributes['rpc.aws.request_id']),
        queue_url: text(attributes['aws.sqs.queue.url'] ?? attributes['aws.queue_url']),
        table_name: text(table),
      }
  const parts = given({
    ...(attributes['rpc.system'] === 'aws-api' ? call : {}),
    account_id: text(resource['cloud.account.id']),
    ec2: part({
      instance_id: text(resource['cloud.platform'] === 'aws_ec2' ? resource['host.id'] : undefined),
      availability_zone: text(
        resource['cloud.platform'] === 'aws_ec2' ? resource['cloud.availability_zone'] : undefined,
      ),
    }),
    ecs: part({
      container: text(resource['container.name']),
      container_id: text(resource['container.id']),
      task_arn: text(resource['aws.ecs.task.arn']),
      task_family: text(resource['aws.ecs.task.family']),
      cluster_arn: text(resource['aws.ecs.cluster.arn']),
    }),
    xray: isSegment
      ? part({
          sdk: resource['telemetry.sdk.language'] && `opentelemetry for ${resource['telemetry.sdk.language']}`,
          sdk_version: text(resource['telemetry.sdk.version']),
        })
      : undefined,
  })
  return part(parts)
}

/** Where a segment ran. @see "X-Ray segment documents", `origin` */
export function originOf(resource: Attributes): string | undefined {
  const fargate = resource['aws.ecs.launchtype'] === 'fargate'
  switch (resource['cloud.platform']) {
    case 'aws_ec2':
      return 'AWS::EC2::Instance'
    case 'aws_ecs':
      return fargate ? 'AWS::ECS::Fargate' : 'AWS::ECS::Container'
    case 'aws_lambda':
      return 'AWS::Lambda::Function'
    default:
      return undefined
  }
}

/** The exceptions of a span's events, or the message of its status. */
export function causeOf({ events, status, spanId }: Span): object | undefined {
  const exceptions = events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes }, i) =>
      given({
        // Ids of exceptions are 16 digits, each its own.
        id: (BigInt(`0x${spanId}`) ^ BigInt(i + 1)).toString(16).padStart(16, '0'),
        type: text(attributes['exception.type']),
        message: text(attributes['exception.message']),
        stack: stackOf(text(attributes['exception.stacktrace']) ?? ''),
      }),
    )
  if (exceptions.length > 0) return { exceptions }
  if (status.code !== 'error' || status.message === '') return undefined
  return { exceptions: [{ id: spanId, type: 'error', message: status.message }] }
}

const MOST_FRAMES = 20

/** Frames as V8 writes them: `at list (/app/main.js:12:5)`. */
function stackOf(trace: string): readonly object[] | undefined {
  const frames = [...trace.matchAll(/^\s*at (?:(.+?) \()?(.+?):(\d+):\d+\)?$/gm)].slice(0, MOST_FRAMES)
  if (frames.length === 0) return undefined
  return frames.map(([, label = '', path = '', line]) => ({ path, line: Number(line), label }))
}

const text = (value: AttributeValue | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

const whole = (value: AttributeValue | undefined): number | undefined => {
  const number = Math.trunc(Number(value))
  return Number.isFinite(number) ? number : undefined
}

const list = (value: AttributeValue | undefined): readonly AttributeValue[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

const given = (members: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

const part = (members: object): object | undefined => {
  const rest = given({ ...members })
  return Object.keys(rest).length === 0 ? undefined : rest
}
