import type { Duration } from '@terrace/kit'
import type { EcsService } from '@terrace/model'
import { InvalidParameter } from '../errors.ts'
import type { TaskTarget } from '../tasks/task-request.ts'

/** What a service is told to be: the part that UpdateService changes. */
export interface ServiceConfiguration {
  readonly desiredCount: number
  readonly targets: readonly TaskTarget[]
  readonly healthCheckGracePeriod: Duration
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly circuitBreaker: EcsService['circuitBreaker']
  readonly alarms?: EcsService['alarms']
  readonly zoneRebalancing: boolean
}

/** @throws InvalidParameter with AWS's text when a configuration could not be carried out */
export function checkConfiguration({ minimumHealthyPercent, maximumPercent }: ServiceConfiguration): void {
  if (maximumPercent < 100) throw new InvalidParameter('maximumPercent must not be less than 100.')
  if (minimumHealthyPercent >= 100 && maximumPercent === 100) {
    throw new InvalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    )
  }
}
