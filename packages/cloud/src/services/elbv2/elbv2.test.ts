import {
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DeregisterTargetsCommand,
  DescribeAccountLimitsCommand,
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { minutes, seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { BALANCER, GROUP, LISTENER, startBalancing, type TestBalancing } from './testing.ts'

let running: TestBalancing
let client: ElasticLoadBalancingV2Client
beforeEach(async () => {
  running = await startBalancing({ nodes: [testRole('reader')] })
  client = new ElasticLoadBalancingV2Client(clientOptions(running.cloud.gateway.url))
})
afterEach(async () => {
  client.destroy()
  await running.stop()
})

const A = 'i-0000000000000000a'
const B = 'i-0000000000000000b'
const register = (...ids: string[]) =>
  client.send(new RegisterTargetsCommand({ TargetGroupArn: GROUP, Targets: ids.map(Id => ({ Id })) }))
const health = async () => {
  const { TargetHealthDescriptions = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: GROUP }),
  )
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => [
    Target?.Id,
    TargetHealth?.State,
    TargetHealth?.Reason,
  ])
}
const seenByAll = (id: string, state: 'healthy' | 'unhealthy') => {
  for (const zone of ['us-east-1a', 'us-east-1b']) running.sees(zone, `${id}:8000`, state)
}

describe('load balancers', () => {
  it('are described, found by ARN or name, and missing ones refused', async () => {
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: ['lb'] }))
    expect(LoadBalancers).toMatchObject([
      {
        LoadBalancerArn: BALANCER,
        DNSName: 'lb-1.us-east-1.elb.localhost',
        Scheme: 'internet-facing',
        Type: 'application',
        State: { Code: 'active' },
        AvailabilityZones: [
          { ZoneName: 'us-east-1a', SubnetId: 'public-a' },
          { ZoneName: 'us-east-1b', SubnetId: 'public-b' },
        ],
        SecurityGroups: ['balancer'],
      },
    ])
    expect(await failureOf(client.send(new DescribeLoadBalancersCommand({ Names: ['none'] })))).toMatchObject({
      name: 'LoadBalancerNotFoundException',
      status: 400,
    })
  })

  it('take changed attributes over, and the data plane is told', async () => {
    const Attributes = [
      { Key: 'idle_timeout.timeout_seconds', Value: '7' },
      { Key: 'routing.http.xff_header_processing.mode', Value: 'remove' },
    ]
    await client.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER, Attributes }))
    const described = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER }))
    expect(described.Attributes).toEqual(expect.arrayContaining(Attributes))
    expect(running.dataPlane.last('loadBalancer').config.loadBalancer).toMatchObject({
      idleTimeout: seconds(7),
      xffHeaderProcessing: 'remove',
    })
  })

  it('tell targets about TLS when they are told to', async () => {
    const key = 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled'
    const described = async () => {
      const { Attributes } = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER }))
      return Attributes?.find(({ Key }) => Key === key)?.Value
    }
    expect(await described()).toBe('false')
    const Attributes = [{ Key: key, Value: 'true' }]
    await client.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER, Attributes }))
    expect(await described()).toBe('true')
    expect(running.dataPlane.last('loadBalancer').config.loadBalancer.tlsHeaders).toBe(true)
  })

  it('leave Server out of their own responses when a listener is told to', async () => {
    const described = () => client.send(new DescribeListenerAttributesCommand({ ListenerArn: LISTENER }))
    const on = [{ Key: 'routing.http.response.server.enabled', Value: 'true' }]
    const off = [{ Key: 'routing.http.response.server.enabled', Value: 'false' }]
    expect((await described()).Attributes).toEqual(on)
    const changed = await client.send(new ModifyListenerAttributesCommand({ ListenerArn: LISTENER, Attributes: off }))
    expect(changed.Attributes).toEqual(off)
    expect((await described()).Attributes).toEqual(off)
    expect(running.dataPlane.last('loadBalancer').config.listeners).toMatchObject([{ serverHeader: false }])
    const unknown = [{ Key: 'routing.http.response.x_frame_options.header_value', Value: 'DENY' }]
    expect(
      await failureOf(client.send(new ModifyListenerAttributesCommand({ ListenerArn: LISTENER, Attributes: unknown }))),
    ).toMatchObject({ name: 'ValidationError', status: 400 })
  })

  it.each([
    ['idle_timeout.timeout_seconds', '0', 'ValidationError'],
    ['idle_timeout.timeout_seconds', 'soon', 'ValidationError'],
    ['routing.http2.enabled', 'yes', 'ValidationError'],
    ['no.such.attribute', '1', 'ValidationError'],
    ['waf.fail_open.enabled', 'true', 'InvalidConfigurationRequestException'],
  ])('refuse %s = %s', async (Key, Value, name) => {
    const call = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER, Attributes: [{ Key, Value }] })
    expect(await failureOf(client.send(call))).toMatchObject({ name, status: 400 })
  })

  it('change their security groups', async () => {
    await client.send(new SetSecurityGroupsCommand({ LoadBalancerArn: BALANCER, SecurityGroups: ['app'] }))
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({}))
    expect(LoadBalancers?.[0]?.SecurityGroups).toEqual(['app'])
  })
})

describe('listeners and rules', () => {
  const rules = async () => (await client.send(new DescribeRulesCommand({ ListenerArn: LISTENER }))).Rules ?? []
  const fixed = (StatusCode: string) => [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode } }]
  const create = (Priority: number, path = '/x') =>
    client.send(
      new CreateRuleCommand({
        ListenerArn: LISTENER,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: [path] }],
        Actions: fixed('404'),
      }),
    )

  it('are described', async () => {
    const { Listeners } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: BALANCER }))
    expect(Listeners).toMatchObject([
      {
        ListenerArn: LISTENER,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: GROUP }],
      },
    ])
    const { Certificates } = await client.send(new DescribeListenerCertificatesCommand({ ListenerArn: LISTENER }))
    expect(Certificates).toEqual([])
  })

  it('are created in the order of priority, changed, and deleted; the data plane has each state', async () => {
    await create(20)
    const { Rules } = await create(10, '/first')
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['10', '20', 'default'])
    const RuleArn = Rules?.[0]?.RuleArn ?? ''
    expect(RuleArn).toMatch(/:listener-rule\/app\/lb\/0123456789abcdef\/0123456789abcdef\/[0-9a-f]{16}$/)
    await client.send(new ModifyRuleCommand({ RuleArn, Actions: fixed('410') }))
    const [told] = running.dataPlane.last('loadBalancer').config.listeners
    expect(told?.rules[0]).toMatchObject({ priority: 10, action: { kind: 'fixedResponse', status: 410 } })
    await client.send(new DeleteRuleCommand({ RuleArn }))
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['20', 'default'])
  })

  it('may change places', async () => {
    const [one, two] = [await create(1), await create(2)].map(({ Rules }) => Rules?.[0]?.RuleArn ?? '')
    const RulePriorities = [
      { RuleArn: one, Priority: 2 },
      { RuleArn: two, Priority: 1 },
    ]
    await client.send(new SetRulePrioritiesCommand({ RulePriorities }))
    expect((await rules()).map(({ RuleArn }) => RuleArn).slice(0, 2)).toEqual([two, one])
  })

  it('refuse a priority in use, a default rule to be deleted, and a forward to nowhere', async () => {
    await create(1)
    expect(await failureOf(create(1))).toMatchObject({ name: 'PriorityInUseException', status: 400 })
    const standard = (await rules()).at(-1)?.RuleArn ?? ''
    expect(await failureOf(client.send(new DeleteRuleCommand({ RuleArn: standard })))).toMatchObject({
      name: 'OperationNotPermittedException',
    })
    const nowhere = [{ Type: 'forward' as const, TargetGroupArn: `${GROUP}x` }]
    const call = new ModifyListenerCommand({ ListenerArn: LISTENER, DefaultActions: nowhere })
    expect(await failureOf(client.send(call))).toMatchObject({ name: 'TargetGroupNotFoundException' })
  })

  it('of listeners change their default action', async () => {
    await client.send(new ModifyListenerCommand({ ListenerArn: LISTENER, DefaultActions: fixed('503') }))
    const [told] = running.dataPlane.last('loadBalancer').config.listeners
    expect(told?.rules.at(-1)?.action).toMatchObject({ kind: 'fixedResponse', status: 503 })
    await register(A)
    // Nothing forwards to the group any more.
    expect(await health()).toEqual([[A, 'unused', 'Target.NotInUse']])
  })
})

describe('target groups', () => {
  it('are described with their health check and changed', async () => {
    const { TargetGroups } = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: BALANCER }))
    expect(TargetGroups).toMatchObject([
      {
        TargetGroupArn: GROUP,
        Port: 8000,
        HealthCheckPort: 'traffic-port',
        HealthCheckIntervalSeconds: 5,
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [BALANCER],
      },
    ])
    await client.send(new ModifyTargetGroupCommand({ TargetGroupArn: GROUP, HealthCheckPath: '/other' }))
    expect(running.dataPlane.last('targetGroup').targetGroup.healthCheck.path).toBe('/other')
    const low = new ModifyTargetGroupCommand({ TargetGroupArn: GROUP, HealthCheckIntervalSeconds: 1 })
    expect(await failureOf(client.send(low))).toMatchObject({ name: 'ValidationError' })
  })

  it('take stickiness in whatever order it is written, and refuse what does not go together', async () => {
    const change = (...Attributes: { Key: string; Value: string }[]) =>
      client.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: GROUP, Attributes }))
    await change(
      { Key: 'stickiness.app_cookie.cookie_name', Value: 'session' },
      { Key: 'stickiness.type', Value: 'app_cookie' },
      { Key: 'stickiness.enabled', Value: 'true' },
    )
    const described = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: GROUP }))
    expect(described.Attributes).toContainEqual({ Key: 'stickiness.app_cookie.cookie_name', Value: 'session' })
    expect(running.dataPlane.last('targetGroup').targetGroup.stickiness).toMatchObject({ type: 'app_cookie' })
    expect(await failureOf(change({ Key: 'load_balancing.cross_zone.enabled', Value: 'false' }))).toMatchObject({
      name: 'InvalidConfigurationRequestException',
    })
    await change({ Key: 'slow_start.duration_seconds', Value: '30' })
    const random = { Key: 'load_balancing.algorithm.type', Value: 'weighted_random' }
    expect(await failureOf(change(random))).toMatchObject({ name: 'InvalidConfigurationRequestException' })
  })
})

// ELB User Guide for Application Load Balancers, "Health checks for Application Load Balancer target groups".
describe('targets', () => {
  it('are initial until every node has seen them, then as the worst node sees them', async () => {
    await register(A)
    expect(await health()).toEqual([[A, 'initial', 'Elb.RegistrationInProgress']])
    running.sees('us-east-1a', `${A}:8000`, 'healthy')
    expect(await health()).toEqual([[A, 'initial', 'Elb.RegistrationInProgress']])
    running.sees('us-east-1b', `${A}:8000`, 'unhealthy', 'Target.Timeout')
    expect(await health()).toEqual([[A, 'unhealthy', 'Target.Timeout']])
    running.sees('us-east-1b', `${A}:8000`, 'healthy')
    expect(await health()).toEqual([[A, 'healthy', undefined]])
  })

  it('are draining for the whole delay of the machine’s own time, also with nothing under way, then gone', async () => {
    await register(A)
    seenByAll(A, 'healthy')
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [{ Id: A }] }))
    running.dataPlane.say({ type: 'drained', targetGroup: 'tg', target: `${A}:8000` })
    // What is under way doesn't end sooner because the control loops run faster.
    await running.clock.advance(minutes(30))
    expect(await health()).toEqual([[A, 'draining', 'Target.DeregistrationInProgress']])
    await running.realtime.advance(seconds(29))
    expect(await health()).toEqual([[A, 'draining', 'Target.DeregistrationInProgress']])
    await running.realtime.advance(seconds(2))
    expect(await health()).toEqual([])
    expect(running.dataPlane.last('targets').targets).toEqual([])
  })

  it('release whoever waits for them as soon as nothing is under way', async () => {
    await register(A)
    const targetGroups = await running.cloud.world.ports.need('targetGroups')
    const drained = targetGroups.deregister('tg', A)
    running.dataPlane.say({ type: 'drained', targetGroup: 'tg', target: `${A}:8000` })
    await drained
    expect(targetGroups.healthOf('tg', A).state).toBe('draining')
  })

  it('can be registered again while they drain', async () => {
    await register(A)
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [{ Id: A }] }))
    await register(A)
    await running.realtime.advance(seconds(60))
    expect(await health()).toEqual([[A, 'initial', 'Elb.RegistrationInProgress']])
  })

  it('are unused in a state that is not running, and when nobody registered them', async () => {
    await register(A)
    running.setInstanceState(A, 'terminated')
    expect(await health()).toEqual([[A, 'unused', 'Target.InvalidState']])
    const call = new DescribeTargetHealthCommand({ TargetGroupArn: GROUP, Targets: [{ Id: B }] })
    const { TargetHealthDescriptions } = await client.send(call)
    expect(TargetHealthDescriptions).toMatchObject([
      { Target: { Id: B, Port: 8000 }, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ])
    expect(await failureOf(register(A))).toMatchObject({ name: 'InvalidTargetException' })
    expect(await failureOf(register('i-none'))).toMatchObject({ name: 'InvalidTargetException', status: 400 })
  })

  it('have the ways that the network gives each node, and the journal says what is dropped', async () => {
    await register(A)
    const routes = () => running.dataPlane.last('targets').targets[0]?.routes ?? {}
    expect(Object.values(routes()).every(route => route?.endsWith('/8000'))).toBe(true)
    running.network.rules.setSecurityGroup('app', 'ingress', [])
    expect(Object.values(routes())).toEqual([null, null])
    const dropped = running.cloud.world.journal.since(0).filter(({ kind }) => kind === 'network.dropped')
    expect(dropped.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^lb in us-east-1a gets no answer from i-0000000000000000a at port 8000: /),
      expect.stringMatching(/^lb in us-east-1b /),
    ])
  })
})

describe('a health check on another port', () => {
  it('takes its own way: the group that forgot it leaves the checks in silence', async () => {
    await running.stop()
    const healthCheck = { ...running.dataPlane.last('targetGroup').targetGroup.healthCheck, port: 9000 }
    running = await startBalancing({ targetGroup: { healthCheck } })
    client = new ElasticLoadBalancingV2Client(clientOptions(running.cloud.gateway.url))
    await register(A)
    const [target] = running.dataPlane.last('targets').targets
    expect(target?.routes['us-east-1a']).toMatch(/\/8000$/)
    expect(target?.check).toEqual({ port: 9000, routes: { 'us-east-1a': null, 'us-east-1b': null } })
  })
})

describe('zones', () => {
  const names = () => running.network.resolve('lb-1.us-east-1.elb.localhost')

  it('that stop leave the name at once, their targets are silence, and only the nodes that are up are asked', async () => {
    await register(A, B)
    seenByAll(A, 'healthy')
    seenByAll(B, 'healthy')
    expect(names()).toHaveLength(2)
    await running.cloud.world.zones.stop('us-east-1a')
    expect(names()).toHaveLength(1)
    expect(running.dataPlane.last('zones').down).toEqual(['us-east-1a'])
    expect(running.dataPlane.last('nodesInService').zones).toEqual(['us-east-1b'])
    const [a] = running.dataPlane.last('targets').targets
    expect(a).toMatchObject({ zone: 'us-east-1a', routes: { 'us-east-1b': null } })
    running.sees('us-east-1b', `${A}:8000`, 'unhealthy', 'Target.Timeout')
    expect(await health()).toEqual([
      [A, 'unhealthy', 'Target.Timeout'],
      [B, 'healthy', undefined],
    ])
    await running.cloud.world.zones.start('us-east-1a')
    expect(names()).toHaveLength(1)
    running.sees('us-east-1a', `${B}:8000`, 'healthy')
    expect(names()).toHaveLength(2)
  })

  it('whose targets are all unhealthy leave the name when cross-zone is off; when all are, none does', async () => {
    await running.stop()
    running = await startBalancing({ targetGroup: { crossZone: false } })
    client = new ElasticLoadBalancingV2Client(clientOptions(running.cloud.gateway.url))
    await register(A, B)
    seenByAll(A, 'healthy')
    seenByAll(B, 'unhealthy')
    expect(running.dataPlane.last('nodesInService').zones).toEqual(['us-east-1a'])
    seenByAll(A, 'unhealthy')
    expect(running.dataPlane.last('nodesInService').zones).toEqual(['us-east-1a', 'us-east-1b'])
  })
})

describe('the account', () => {
  it('tells quotas, security policies and tags', async () => {
    const { Limits } = await client.send(new DescribeAccountLimitsCommand({}))
    expect(Limits).toContainEqual({ Name: 'listeners-per-application-load-balancer', Max: '50' })
    const { SslPolicies } = await client.send(new DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-2016-08'] }))
    expect(SslPolicies?.[0]?.SslProtocols).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2'])
    const unknown = new DescribeSSLPoliciesCommand({ Names: ['none'] })
    expect(await failureOf(client.send(unknown))).toMatchObject({ name: 'SSLPolicyNotFoundException' })
    await client.send(new AddTagsCommand({ ResourceArns: [GROUP], Tags: [{ Key: 'team', Value: 'a' }] }))
    const tags = async () => (await client.send(new DescribeTagsCommand({ ResourceArns: [GROUP] }))).TagDescriptions
    expect(await tags()).toEqual([{ ResourceArn: GROUP, Tags: [{ Key: 'team', Value: 'a' }] }])
    await client.send(new RemoveTagsCommand({ ResourceArns: [GROUP], TagKeys: ['team'] }))
    expect(await tags()).toEqual([{ ResourceArn: GROUP, Tags: [] }])
  })

  it('lets nobody in whose role does not say so, and names the action', async () => {
    const role = running.cloud.world.architecture.nodes.find(node => node.kind === 'role')
    if (role?.kind !== 'role') throw new Error('no role')
    const other = new ElasticLoadBalancingV2Client(await running.cloud.as(sessionOf(role)))
    const failure = await failureOf(other.send(new DeleteRuleCommand({ RuleArn: `${LISTENER}/x` })))
    expect(failure).toMatchObject({ name: 'AccessDenied', status: 403 })
    expect(failure.message).toContain('elasticloadbalancing:DeleteRule')
    other.destroy()
  })
})
