import { messageOf } from '@terrace/kit'
import { NotEmulated } from '../../gateway/errors.ts'
import { TARGET_SERVICES } from './delivery/receivers.ts'
import { LimitExceededException, ValidationException } from './errors.ts'
import { inputOf } from './input/target-input.ts'
import { MOST_TARGETS } from './limits.ts'
import { serviceOf } from './names.ts'
import type { StoredTarget } from './stored.ts'

/**
 * Refuses a target that AWS would refuse, and one whose service is not emulated.
 * @throws ValidationException, NotEmulated
 */
export function checkTarget(target: StoredTarget): void {
  const { id, arn, input, inputPath, transformer, messageGroupId, deadLetterArn } = target
  const service = serviceOf(arn)
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+/.test(arn)) {
    throw ValidationException.of(arn, 'Provided Arn is not in correct format.')
  }
  if (!TARGET_SERVICES.some(each => each === service)) {
    throw new NotEmulated(
      `a target of the service ${service}`,
      'rules send to queues, topics, functions, log groups and buses',
    )
  }
  if ([input, inputPath, transformer].filter(each => each !== undefined).length > 1) {
    throw new ValidationException(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`,
    )
  }
  if (service === 'sqs' && arn.endsWith('.fifo') && messageGroupId === undefined) {
    throw new ValidationException(`Parameter(s) SqsParameters must be specified for target: ${id}.`)
  }
  if (deadLetterArn !== undefined && (serviceOf(deadLetterArn) !== 'sqs' || deadLetterArn.endsWith('.fifo'))) {
    throw ValidationException.of('DeadLetterConfig', `${deadLetterArn} is no standard queue of SQS.`)
  }
  try {
    inputOf(target)
  } catch (error) {
    throw new ValidationException(`Invalid input for target ${id}: ${messageOf(error)}`)
  }
}

/**
 * The targets with new ones, which take the place of those with the same ids.
 * @throws LimitExceededException
 */
export function withTargets(present: readonly StoredTarget[], added: readonly StoredTarget[]): readonly StoredTarget[] {
  const ids = new Set(added.map(({ id }) => id))
  const all = [...present.filter(({ id }) => !ids.has(id)), ...added]
  if (all.length > MOST_TARGETS) throw new LimitExceededException()
  return all
}
