import { inSpan } from './active.ts'
import type { Attributes } from './tracer.ts'

type Middleware = (
  next: (args: Call) => Promise<Outcome>,
  context: { readonly commandName?: string },
) => (args: Call) => Promise<Outcome>
interface Call {
  readonly input: Readonly<Record<string, unknown>>
}
interface Outcome {
  readonly output: { readonly $metadata?: { readonly requestId?: string; readonly attempts?: number } }
}

/** A client of the AWS SDK for JavaScript, as far as it matters here. */
interface Client {
  readonly config: { readonly serviceId?: string; readonly region?: unknown }
  readonly middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize'; name: string; override: boolean }): void
  }
}

/**
 * Makes a span of every call of a client of the AWS SDK that is made inside of a trace; all attempts are one span.
 *
 * @example const table = tracedAws(new DynamoDBClient())
 * @returns the same client
 * @see OpenTelemetry, "Semantic conventions for AWS SDK client spans"
 */
export function tracedAws<C extends object>(client: C): C {
  const { config, middlewareStack } = client as unknown as Client
  const service = config.serviceId ?? client.constructor.name.replace(/Client$/, '')
  const middleware: Middleware = (next, { commandName = 'Unknown' }) => {
    const operation = commandName.replace(/Command$/, '')
    const name = `${service}.${operation}`
    return call =>
      inSpan(name, { kind: kindOf(operation) }, async span => {
        if (!span?.isRecorded) return next(call)
        span.set({
          'rpc.system': 'aws-api',
          'rpc.service': service,
          'rpc.method': operation,
          'cloud.region': await regionOf(config),
          ...attributesOf(service, operation, call.input),
        })
        const outcome = await next(call).catch((error: unknown) => {
          span.set(metadataOf(error))
          throw error
        })
        span.set(metadataOf(outcome.output))
        return outcome
      })
  }
  middlewareStack.add(middleware, { step: 'initialize', name: 'terraceTrace', override: true })
  return client
}

const kindOf = (operation: string): 'producer' | 'client' =>
  /^(SendMessage|Publish|PutEvents)/.test(operation) ? 'producer' : 'client'

/** What a call is about, by the parameters that name it; never what it carries. */
function attributesOf(service: string, operation: string, input: Call['input']): Attributes {
  const text = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined)
  switch (service) {
    case 'DynamoDB': {
      const table = text('TableName')
      const tables = table === undefined ? Object.keys(Object(input.RequestItems)) : [table]
      return { 'db.system.name': 'aws.dynamodb', 'db.operation.name': operation, 'aws.dynamodb.table_names': tables }
    }
    case 'S3':
      return { 'aws.s3.bucket': text('Bucket'), 'aws.s3.key': text('Key') }
    case 'SQS': {
      const url = text('QueueUrl')
      const queue = { 'aws.sqs.queue.url': url, 'messaging.destination.name': url?.split('/').at(-1) }
      return { 'messaging.system': 'aws_sqs', ...queue }
    }
    case 'SNS':
      return { 'messaging.system': 'aws.sns', 'aws.sns.topic.arn': text('TopicArn') }
    case 'Lambda':
      return { 'faas.invoked_name': text('FunctionName') }
    case 'Secrets Manager':
      return { 'aws.secretsmanager.secret.arn': text('SecretId') }
    default:
      return {}
  }
}

const metadataOf = (answer: unknown): Attributes => {
  const { requestId, attempts, httpStatusCode } = Object(Object(answer).$metadata)
  return {
    'aws.request_id': requestId,
    'http.response.status_code': httpStatusCode,
    ...(attempts > 1 ? { 'http.request.resend_count': attempts - 1 } : {}),
  }
}

async function regionOf({ region }: Client['config']): Promise<string | undefined> {
  const value: unknown = typeof region === 'function' ? await region() : region
  return typeof value === 'string' ? value : undefined
}
