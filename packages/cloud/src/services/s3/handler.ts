import type { Clock } from '@terrace/kit'
import type { Exchange } from '../../gateway/api.ts'
import { NotEmulated } from '../../gateway/errors.ts'
import { targetOf } from './address.ts'
import type { S3Operation, ServiceCall } from './call.ts'
import { operationName } from './names.ts'
import { BUCKET_OPERATIONS, OBJECT_OPERATIONS, SERVICE_OPERATIONS } from './operations/index.ts'
import type { S3State } from './state.ts'

interface Surroundings {
  readonly state: S3State
  readonly clock: Clock
  readonly region: string
  readonly account: string
}

/** Answers S3's requests: which bucket and key, which operation, is it allowed, do it. */
export const s3Handler =
  (surroundings: Surroundings) =>
  async (exchange: Exchange): Promise<void> => {
    const { request } = exchange
    if (/(^|\.)s3-website[.-]/.test(request.host)) throw new NotEmulated('the static website endpoint of S3')
    const target = targetOf(request)
    const { method, query, header } = request
    const operation = operationName({ method, target, query, header })
    const call: ServiceCall = { ...surroundings, exchange, operation, query, header }
    const inBucket = (name: string) => ({ ...call, bucket: surroundings.state.bucket(name) })
    switch (target.kind) {
      case 'service':
        return await carryOut(() => call, operation, SERVICE_OPERATIONS)
      case 'bucket':
        return await carryOut(() => inBucket(target.bucket), operation, BUCKET_OPERATIONS)
      case 'object':
        return await carryOut(() => ({ ...inBucket(target.bucket), key: target.key }), operation, OBJECT_OPERATIONS)
    }
  }

/** What is not emulated is said first, also for a bucket that isn't there: CreateBucket. */
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
