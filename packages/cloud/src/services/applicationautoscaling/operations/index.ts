import type { OperationsApi } from '../../../gateway/api.ts'
import type { ScalingState } from '../state.ts'
import { policyOperations } from './policies.ts'
import { scheduleOperations } from './schedules.ts'
import { targetOperations } from './targets.ts'

/** Application Auto Scaling over JSON 1.1. @see its API Reference, version 2016-02-06 */
export const applicationAutoScalingApi = (state: ScalingState): OperationsApi => ({
  signingName: 'application-autoscaling',
  protocol: { kind: 'json', version: '1.1', target: 'AnyScaleFrontendService' },
  operations: [...targetOperations(state), ...policyOperations(state), ...scheduleOperations(state)],
  refused: { GetPredictiveScalingForecast: 'predictive scaling is not emulated' },
})
