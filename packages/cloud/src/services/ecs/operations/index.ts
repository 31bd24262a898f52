import type { OperationsApi } from '../../../gateway/api.ts'
import type { TargetGroups } from '../../../ports.ts'
import type { EcsState } from '../state.ts'
import { clusterOperations } from './clusters.ts'
import type { EcsContext } from './context.ts'
import { serviceOperations } from './services.ts'
import { tagOperations } from './tags.ts'
import { taskDefinitionOperations } from './task-definitions.ts'
import { taskOperations } from './tasks.ts'

/** ECS over JSON 1.1. @see ECS API Reference, version 2014-11-13 */
export function ecsApi(state: EcsState, targetGroups: TargetGroups): OperationsApi {
  const context: EcsContext = { state, targetGroups }
  return {
    signingName: 'ecs',
    protocol: { kind: 'json', version: '1.1', target: 'AmazonEC2ContainerServiceV20141113' },
    operations: [
      ...clusterOperations(context),
      ...taskDefinitionOperations(context),
      ...serviceOperations(context),
      ...taskOperations(context),
      ...tagOperations(context),
    ],
    invalidInput: 'InvalidParameterException',
    refused: {
      ExecuteCommand: 'there is no container to open a session in; what a task prints is in its log',
      StartTask: 'it places tasks on EC2 instances, and only Fargate runs here; use RunTask',
      RegisterContainerInstance: 'only Fargate runs here',
      CreateTaskSet: 'only the deployment controller ECS runs here',
      CreateCapacityProvider: 'only Fargate runs here',
    },
  }
}
