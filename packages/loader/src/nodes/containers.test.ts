import { join } from 'node:path'
import { type Architecture, type ArchitectureNode, findNode } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'containers.yaml')

let architecture: Architecture
beforeAll(async () => {
  architecture = await load({ kind: 'template', file })
})

const get = (logicalId: string): ArchitectureNode | undefined =>
  architecture.nodes.find(node => node.origin.logicalId === logicalId)
const gapsOf = (logicalId: string) =>
  architecture.gaps
    .filter(({ node }) => node === `containers/${logicalId}`)
    .map(({ path, message }) => ({ path, message }))

describe('a task definition', () => {
  it('has its size, platform and roles', () =>
    expect(get('Task')).toMatchObject({
      family: 'web',
      arn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
      cpu: 512,
      memory: 1024,
      architecture: 'ARM64',
      taskRole: 'containers/Role',
      executionRole: 'containers/Role',
    }))

  it('has its containers, written out with the defaults', () => {
    const task = findNode(architecture, 'containers/Task', 'taskDefinition')
    expect(task?.containers).toEqual([
      {
        name: 'web',
        image: { kind: 'remote', uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:1' },
        essential: true,
        entryPoint: ['node'],
        command: ['main.js'],
        workingDirectory: '/srv',
        ports: [8080],
        environment: { MODE: 'production', EMPTY: '' },
        secrets: { PASSWORD: `${get('Secret')?.physicalId}:password::` },
        dependsOn: [{ container: 'cache', condition: 'HEALTHY' }],
        startTimeout: 60_000,
        stopTimeout: 20_000,
        memoryReservation: 256,
        readonlyRootFilesystem: true,
        logs: { driver: 'awslogs', group: 'shop', streamPrefix: 'web', createGroup: true },
      },
      {
        name: 'cache',
        image: { kind: 'remote', uri: 'public.ecr.aws/example/cache:1' },
        essential: false,
        ports: [],
        environment: {},
        secrets: {},
        dependsOn: [],
        stopTimeout: 30_000,
        readonlyRootFilesystem: false,
        healthCheck: {
          command: ['CMD-SHELL', 'true'],
          interval: 30_000,
          timeout: 5000,
          retries: 3,
          startPeriod: 10_000,
        },
        logs: { driver: 'splunk', createGroup: false },
      },
    ])
  })

  it('says what of it is not emulated', () =>
    expect(gapsOf('Task').map(({ path }) => path)).toEqual([
      'Resources.Task.Properties.Volumes',
      'Resources.Task.Properties.ContainerDefinitions.1.PortMappings.0.Protocol',
      'Resources.Task.Properties.ContainerDefinitions.1.LogConfiguration.LogDriver',
    ]))
})

describe('a service', () => {
  it('has its tasks, its network, its targets and how it is deployed', () =>
    expect(get('Service')).toMatchObject({
      kind: 'ecsService',
      name: 'web',
      arn: 'arn:aws:ecs:us-east-1:123456789012:service/shop/web',
      cluster: 'containers/Cluster',
      taskDefinition: 'containers/Task',
      desiredCount: 2,
      subnets: ['containers/SubnetA', 'containers/SubnetB'],
      securityGroups: ['containers/Group'],
      assignPublicIp: true,
      targets: [{ targetGroup: 'containers/Targets', container: 'web', port: 8080 }],
      healthCheckGracePeriod: 60_000,
      minimumHealthyPercent: 50,
      maximumPercent: 200,
      circuitBreaker: { enabled: true, rollback: true },
      alarms: { names: ['high'], rollback: true },
      zoneRebalancing: true,
      executeCommand: true,
    }))

  it('has the defaults of CloudFormation, and may name its task definition by the family', () => {
    expect(get('Plain')).toMatchObject({
      taskDefinition: 'containers/Task',
      desiredCount: 1,
      targets: [],
      healthCheckGracePeriod: 0,
      minimumHealthyPercent: 100,
      circuitBreaker: { enabled: false, rollback: false },
      executeCommand: false,
    })
    expect(get('Plain')).not.toHaveProperty('alarms')
  })

  it('on EC2 instances is refused by name', () => {
    expect(get('OnMachines')?.kind).toBe('other')
    expect(gapsOf('OnMachines')).toEqual([
      {
        path: 'Resources.OnMachines.Properties.LaunchType',
        message: 'OnMachines (AWS::ECS::Service) is not modelled: services on EC2 are not modelled',
      },
    ])
  })

  it('stands in a cluster whose providers come from beside it', () => {
    expect(get('Cluster')).toMatchObject({
      name: 'shop',
      arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
      containerInsights: true,
      defaultCapacityProviders: ['FARGATE'],
    })
    expect(gapsOf('Providers')[0]?.message).toContain('the capacity provider machines is not modelled')
  })

  it('takes its images from a repository with a policy', () =>
    expect(get('Repository')).toMatchObject({
      name: 'shop/web',
      arn: 'arn:aws:ecr:us-east-1:123456789012:repository/shop/web',
      uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web',
      policy: { Statement: [{ Action: 'ecr:BatchGetImage' }] },
    }))
})

describe('the scaling of a service', () => {
  it('has its bounds, schedules and what is suspended', () =>
    expect(get('Target')).toMatchObject({
      namespace: 'ecs',
      resourceId: 'service/shop/web',
      dimension: 'ecs:service:DesiredCount',
      minCapacity: 2,
      maxCapacity: 10,
      scheduledActions: [
        {
          name: 'morning',
          schedule: 'cron(0 8 * * ? *)',
          timeZone: 'Europe/Paris',
          minCapacity: 4,
          end: Date.UTC(2030, 0, 1),
        },
      ],
      suspended: { dynamicScalingIn: true, dynamicScalingOut: false, scheduled: false },
    }))

  it('has policies, whose target is named by its id or by its parts', () => {
    expect(get('Cpu')).toMatchObject({
      arn: expect.stringMatching(/:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/shop\/web:policyName\/cpu$/),
      target: 'containers/Target',
      policy: {
        type: 'TargetTrackingScaling',
        metric: { kind: 'predefined', type: 'ECSServiceAverageCPUUtilization' },
        target: 60,
        scaleInCooldown: 300_000,
        scaleOutCooldown: 30_000,
      },
    })
    expect(get('Steps')).toMatchObject({
      arn: expect.stringContaining(':resource/ecs/service/shop/web:policyName/steps'),
      target: 'containers/Target',
      policy: { type: 'StepScaling', cooldown: 300_000, steps: [{ lower: 0, adjustment: 1 }] },
    })
  })
})

describe('a balancer', () => {
  it('has a listener with all its certificates and every kind of condition', () => {
    const listener = findNode(architecture, 'containers/Listener', 'listener')
    expect(listener?.certificates).toEqual([get('Certificate')?.physicalId, get('Other')?.physicalId])
    expect(listener?.serverHeader).toBe(false)
    expect(listener?.rules.map(({ priority }) => priority)).toEqual([1, 'default'])
    expect(listener?.rules[0]?.conditions).toEqual([
      { field: 'path-pattern', values: ['/a/*'] },
      { field: 'host-header', values: ['*.example.com'] },
      { field: 'http-request-method', values: ['GET'] },
      { field: 'source-ip', values: ['10.0.0.0/8'] },
      { field: 'http-header', name: 'X-Kind', values: ['a'] },
      { field: 'query-string', values: [{ value: 'b' }] },
    ])
  })

  it.each([
    ['Regular', 'Resources.Regular.Properties.Conditions.0.PathPatternConfig.RegexValues', 'regular expressions'],
    ['Transformed', 'Resources.Transformed.Properties.Transforms', 'transforms of requests are not modelled'],
    ['LoggedIn', 'Resources.LoggedIn.Properties.Actions.1.Type', 'the action authenticate-oidc is not modelled'],
  ])('leaves out the rule %s, and says why', (rule, path, message) =>
    expect(gapsOf(rule)).toEqual([{ path, message: expect.stringContaining(message) }]),
  )

  it('has thresholds of health for routing and for DNS', () =>
    expect(get('Targets')).toMatchObject({
      minimumHealthyTargets: 1,
      minimumHealthyPercentage: 50,
      dnsFailover: { minimumHealthyTargets: 0, minimumHealthyPercentage: 20 },
      algorithm: 'weighted_random',
      anomalyMitigation: true,
    }))

  it('says which of its attributes is not done', () => {
    expect(get('Balancer')).toMatchObject({ tlsHeaders: true })
    expect(gapsOf('Balancer')).toEqual([
      {
        path: 'Resources.Balancer.Properties.LoadBalancerAttributes.0',
        message: 'connection_logs.s3.enabled: only access logs are written',
      },
    ])
  })
})

describe('a database', () => {
  it('has the secret that RDS keeps, its window, its logs and its snapshot', () => {
    const database = findNode(architecture, 'containers/Database', 'dbInstance')
    expect(database).toMatchObject({
      backupWindow: '03:00-04:00',
      logExports: ['error', 'slowquery'],
      snapshotIdentifier: 'before',
      managedSecretArn: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-/),
      masterPassword: `{{resolve:secretsmanager:${database?.managedSecretArn}:SecretString:password}}`,
    })
    expect(gapsOf('Database')).toEqual([
      {
        path: 'Resources.Database.Properties.EnableIAMDatabaseAuthentication',
        message: 'the database takes passwords alone here, no tokens of IAM',
      },
    ])
  })

  it('has the log groups that CDK makes for it', () =>
    expect(get('Retention')).toMatchObject({
      kind: 'logGroup',
      name: `/aws/rds/instance/${get('Database')?.physicalId}/error`,
      retentionDays: 7,
    }))
})
