import { type Architecture, findNode, getNode } from '@terrace/model'
import { timestamp } from '../../../gateway/time.ts'
import { LIMITS } from '../limits.ts'
import type { Deployment, Placement } from '../scheduling/deployment.ts'
import type { RunningService } from '../scheduling/service.ts'
import { isStarting } from '../tasks/status.ts'

/** A service in AWS's words. @see ECS API Reference, "Service" */
export function describeService(service: RunningService, architecture: Architecture) {
  const { definition, configuration, primary } = service
  return {
    serviceArn: definition.arn,
    serviceName: service.name,
    clusterArn: definition.cluster.arn,
    status: service.status,
    desiredCount: configuration.desiredCount,
    runningCount: service.runningCount,
    pendingCount: service.pendingCount,
    launchType: 'FARGATE',
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    taskDefinition: primary?.revision.arn,
    loadBalancers: configuration.targets.map(({ targetGroup, container, port }) => ({
      targetGroupArn: getNode(architecture, targetGroup, 'targetGroup').arn,
      containerName: container,
      containerPort: port,
    })),
    serviceRegistries: [],
    deploymentConfiguration: {
      strategy: 'ROLLING',
      maximumPercent: configuration.maximumPercent,
      minimumHealthyPercent: configuration.minimumHealthyPercent,
      deploymentCircuitBreaker: {
        enable: configuration.circuitBreaker.enabled,
        rollback: configuration.circuitBreaker.rollback,
      },
      ...(configuration.alarms
        ? {
            alarms: {
              alarmNames: configuration.alarms.names,
              enable: true,
              rollback: configuration.alarms.rollback,
            },
          }
        : {}),
    },
    healthCheckGracePeriodSeconds: configuration.healthCheckGracePeriod / 1000,
    availabilityZoneRebalancing: configuration.zoneRebalancing ? 'ENABLED' : 'DISABLED',
    networkConfiguration: primary && describeNetwork(primary.placement, architecture),
    deployments: service.deployments.map((each, index) =>
      describeDeployment(service, each, index === 0 ? 'PRIMARY' : 'ACTIVE', architecture),
    ),
    events: service.events.all
      .slice(0, LIMITS.events)
      .map(({ id, at, message }) => ({ id, createdAt: timestamp(at), message })),
    placementConstraints: [],
    placementStrategy: [],
    createdAt: timestamp(service.createdAt),
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
  }
}

function describeDeployment(
  service: RunningService,
  deployment: Deployment,
  status: 'PRIMARY' | 'ACTIVE',
  architecture: Architecture,
) {
  const tasks = service.tasks.filter(({ request }) => request.startedBy === deployment.id)
  return {
    id: deployment.id,
    status,
    taskDefinition: deployment.revision.arn,
    // An older deployment wants nothing of its own any more.
    desiredCount: status === 'PRIMARY' ? service.configuration.desiredCount : 0,
    pendingCount: tasks.filter(({ lastStatus }) => isStarting(lastStatus)).length,
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    failedTasks: deployment.failedTasks,
    createdAt: timestamp(deployment.createdAt),
    updatedAt: timestamp(deployment.updatedAt),
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: describeNetwork(deployment.placement, architecture),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  }
}

const describeNetwork = ({ subnets, securityGroups, assignPublicIp }: Placement, architecture: Architecture) => ({
  awsvpcConfiguration: {
    subnets: subnets.map(id => findNode(architecture, id, 'subnet')?.physicalId ?? id),
    securityGroups: securityGroups.map(id => findNode(architecture, id, 'securityGroup')?.physicalId ?? id),
    assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED',
  },
})
