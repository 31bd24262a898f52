import type { Exchange } from '../../gateway/api.ts'
import { AccessDenied, AwsError, NotEmulated } from '../../gateway/errors.ts'
import type { AccessLogs } from './access-log/access-logs.ts'
import { recordOf } from './access-log/record.ts'
import { type Target, targetOf } from './address.ts'
import type { S3Operation, ServiceCall } from './call.ts'
import { answerPreflight, corsAnswer } from './cors.ts'
import { operationName } from './names.ts'
import { BUCKET_OPERATIONS, OBJECT_OPERATIONS, SERVICE_OPERATIONS } from './operations/index.ts'

type Surroundings = Pick<ServiceCall, 'state' | 'changes' | 'clock' | 'realtime' | 'region' | 'account'>

/** Answers S3's requests: which bucket and key, which operation, is it allowed, do it. */
export const s3Handler =
  (surroundings: Surroundings, accessLogs: AccessLogs) =>
  async (exchange: Exchange): Promise<void> => {
    const begun = surroundings.realtime.now()
    const { request } = exchange
    if (/(^|\.)s3-website[.-]/.test(request.host)) throw new NotEmulated('the static website endpoint of S3')
    const target = targetOf(request)
    const { method, query } = request
    const header = headerOf(exchange)
    const operation = operationName({ method, target, query, header })
    const call: ServiceCall = { ...surroundings, exchange, target, operation, query, header, outcome: {} }
    const bucket = target.kind === 'service' ? undefined : surroundings.state.find(target.bucket)
    if (bucket && accessLogs.isOn(bucket)) {
      exchange.response.once('close', () =>
        accessLogs.add(bucket, recordOf(call, surroundings.realtime.now() - begun, begun)),
      )
    }
    try {
      refuseForeign(call)
      if (method === 'OPTIONS' && target.kind !== 'service') {
        return answerPreflight(call, surroundings.state.bucket(target.bucket))
      }
      if (bucket) {
        for (const [name, value] of Object.entries(corsAnswer(header, method, bucket))) {
          exchange.response.setHeader(name, value)
        }
      }
      await answer(call, target)
    } catch (error) {
      if (error instanceof AwsError) call.outcome.errorCode = error.code
      throw error
    }
  }

async function answer(call: ServiceCall, target: Target): Promise<void> {
  const { operation, state } = call
  if (Object.hasOwn(SERVICE_OPERATIONS, operation)) return await carryOut(() => call, operation, SERVICE_OPERATIONS)
  switch (target.kind) {
    case 'service':
      return await carryOut(() => call, operation, SERVICE_OPERATIONS)
    case 'bucket':
      return await carryOut(() => ({ ...call, bucket: state.bucket(target.bucket) }), operation, BUCKET_OPERATIONS)
    case 'object':
      return await carryOut(
        () => ({ ...call, bucket: state.bucket(target.bucket), key: target.key }),
        operation,
        OBJECT_OPERATIONS,
      )
  }
}

/** What is not emulated is said first, also for a bucket that isn't there. */
async function carryOut<Kind extends ServiceCall>(
  callOf: () => Kind,
  name: string,
  operations: Readonly<Record<string, S3Operation<Kind>>>,
): Promise<void> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (!operation) throw new NotEmulated(`the operation ${name}`)
  const call = callOf()
  for (const access of operation.authorize(call)) call.exchange.authorizer.require(call.exchange, access)
  await operation.run(call)
}

/** Signers of URLs move fields of `x-amz-` into the query. S3 API Reference "Authenticating Requests: Using Query Parameters". */
function headerOf({ request, claim }: Exchange): ServiceCall['header'] {
  if (claim.kind === 'unsigned' || claim.by === 'header') return request.header
  const inQuery = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]))
  return name => request.header(name) ?? (name.startsWith('x-amz-') ? inQuery.get(name) : undefined)
}

/** Everything here belongs to one account. S3 User Guide "Verifying bucket ownership with bucket owner condition". */
function refuseForeign({ header, account }: ServiceCall): void {
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = header(name)
    if (expected !== undefined && expected !== account) throw new AccessDenied()
  }
}
