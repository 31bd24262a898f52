import {
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it, vi } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const elb = () => client(ElasticLoadBalancingV2Client)
const attribute = (attributes: readonly { Key?: string | undefined; Value?: string | undefined }[] = [], key: string) =>
  attributes.find(({ Key }) => Key === key)?.Value

describe('what Elastic Load Balancing tells about a stack', () => {
  it('has a load balancer with a node in each zone', async () => {
    const { LoadBalancers } = await elb().send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [output('Balancer')] }),
    )
    expect(LoadBalancers?.[0]).toMatchObject({
      LoadBalancerArn: expect.stringMatching(arn('elasticloadbalancing', 'loadbalancer/app/[\\w-]+/[0-9a-f]{16}')),
      LoadBalancerName: output('BalancerName'),
      Scheme: 'internet-facing',
      Type: 'application',
      IpAddressType: 'ipv4',
      VpcId: output('Vpc'),
      SecurityGroups: [output('BalancerGroup')],
      State: { Code: 'active' },
      CreatedTime: expect.any(Date),
    })
    const zones = LoadBalancers?.[0]?.AvailabilityZones ?? []
    expect(zones.map(zone => zone.SubnetId).sort()).toEqual([output('PublicA'), output('PublicB')].sort())
    expect(LoadBalancers?.[0]?.DNSName?.startsWith(output('BalancerName').toLowerCase())).toBe(true)
  })

  it('has the attribute of the template and the documented values of the others', async () => {
    const { Attributes } = await elb().send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: output('Balancer') }),
    )
    const expected = {
      'idle_timeout.timeout_seconds': '45',
      'deletion_protection.enabled': 'false',
      'access_logs.s3.enabled': 'false',
      'routing.http2.enabled': 'true',
      'routing.http.drop_invalid_header_fields.enabled': 'false',
      'routing.http.desync_mitigation_mode': 'defensive',
      'routing.http.xff_header_processing.mode': 'append',
      'load_balancing.cross_zone.enabled': 'true',
      'client_keep_alive.seconds': '3600',
    }
    for (const [key, value] of Object.entries(expected)) expect(attribute(Attributes, key), key).toBe(value)
  })

  it('has a target group with its health check and its attributes', async () => {
    const { TargetGroups } = await elb().send(new DescribeTargetGroupsCommand({ LoadBalancerArn: output('Balancer') }))
    expect(TargetGroups).toMatchObject([
      {
        TargetGroupArn: output('Targets'),
        Protocol: 'HTTP',
        ProtocolVersion: 'HTTP1',
        Port: 8080,
        VpcId: output('Vpc'),
        TargetType: 'instance',
        HealthCheckEnabled: true,
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: 'traffic-port',
        HealthCheckPath: '/readyz',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [output('Balancer')],
      },
    ])
    const { Attributes } = await elb().send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: output('Targets') }),
    )
    expect(attribute(Attributes, 'deregistration_delay.timeout_seconds')).toBe('5')
    expect(attribute(Attributes, 'load_balancing.algorithm.type')).toBe('round_robin')
    expect(attribute(Attributes, 'stickiness.enabled')).toBe('false')
  })

  it('has a listener and its rules, the default one last', async () => {
    const { Listeners } = await elb().send(new DescribeListenersCommand({ LoadBalancerArn: output('Balancer') }))
    const fixed = {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'nothing here' },
    }
    expect(Listeners).toMatchObject([
      { ListenerArn: output('Listener'), Port: 80, Protocol: 'HTTP', DefaultActions: [fixed] },
    ])
    const { Rules } = await elb().send(new DescribeRulesCommand({ ListenerArn: output('Listener') }))
    expect(Rules).toMatchObject([
      {
        RuleArn: output('Rule'),
        Priority: '10',
        IsDefault: false,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/app/*'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: output('Targets') }],
      },
      { Priority: 'default', IsDefault: true, Conditions: [], Actions: [fixed] },
    ])
    for (const { RuleArn } of Rules ?? []) {
      expect(RuleArn).toMatch(arn('elasticloadbalancing', 'listener-rule/app/[\\w-]+(/[0-9a-f]{16}){3}'))
    }
  })

  it('finds targets unhealthy that refuse connections, with state, reason and words', async () => {
    const descriptions = await vi.waitFor(
      async () => {
        const { TargetHealthDescriptions = [] } = await elb().send(
          new DescribeTargetHealthCommand({ TargetGroupArn: output('Targets') }),
        )
        expect(TargetHealthDescriptions.map(each => each.TargetHealth?.State)).toEqual(['unhealthy', 'unhealthy'])
        return TargetHealthDescriptions
      },
      { timeout: 90_000, interval: 250 },
    )
    for (const description of descriptions) {
      expect(description).toMatchObject({
        Target: { Id: expect.stringMatching(/^i-[0-9a-f]{17}$/), Port: 8080 },
        HealthCheckPort: '8080',
        TargetHealth: { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' },
      })
    }
  })

  it('tells of a target that nobody registered that it is unused', async () => {
    const Targets = [{ Id: 'i-0123456789abcdef0' }]
    const { TargetHealthDescriptions } = await elb().send(
      new DescribeTargetHealthCommand({ TargetGroupArn: output('Targets'), Targets }),
    )
    expect(TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    })
  })
})

describe('what Elastic Load Balancing does with changes', () => {
  it('shows a new rule at its place, in pages, and takes it away', async () => {
    const rule = {
      ListenerArn: output('Listener'),
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } }],
      Actions: [{ Type: 'forward' as const, TargetGroupArn: output('Targets') }],
    }
    expect(await failureOf(elb().send(new CreateRuleCommand({ ...rule, Priority: 10 })))).toMatchObject({
      code: 'PriorityInUseException',
      status: 400,
    })
    const { Rules: created } = await elb().send(new CreateRuleCommand({ ...rule, Priority: 5 }))
    const page = { ListenerArn: output('Listener'), PageSize: 2 }
    const first = await elb().send(new DescribeRulesCommand(page))
    const second = await elb().send(new DescribeRulesCommand({ ...page, Marker: first.NextMarker }))
    expect([first, second].map(({ Rules }) => Rules?.map(each => each.Priority))).toEqual([['5', '10'], ['default']])
    expect(second.NextMarker).toBeUndefined()
    await elb().send(new DeleteRuleCommand({ RuleArn: created?.[0]?.RuleArn }))
    const gone = elb().send(new DescribeRulesCommand({ RuleArns: [created?.[0]?.RuleArn ?? ''] }))
    expect(await failureOf(gone)).toMatchObject({ code: 'RuleNotFoundException', status: 400 })
  })

  it('shows a changed attribute at once, and refuses values out of bounds', async () => {
    const change = (Value: string) =>
      elb().send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: output('Balancer'),
          Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value }],
        }),
      )
    expect(attribute((await change('50')).Attributes, 'idle_timeout.timeout_seconds')).toBe('50')
    expect(await failureOf(change('4001'))).toMatchObject({
      code: expect.stringMatching(/^(ValidationError|InvalidConfigurationRequest(Exception)?)$/),
      status: 400,
    })
    expect(attribute((await change('45')).Attributes, 'idle_timeout.timeout_seconds')).toBe('45')
  })

  it('keeps tags', async () => {
    const ResourceArns = [output('Balancer')]
    await elb().send(new AddTagsCommand({ ResourceArns, Tags: [{ Key: 'Colour', Value: 'red' }] }))
    const read = async () => (await elb().send(new DescribeTagsCommand({ ResourceArns }))).TagDescriptions?.[0]
    expect(await read()).toMatchObject({
      ResourceArn: output('Balancer'),
      Tags: expect.arrayContaining([{ Key: 'Colour', Value: 'red' }]),
    })
    await elb().send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['Colour'] }))
    expect((await read())?.Tags).not.toContainEqual({ Key: 'Colour', Value: 'red' })
  })
})

describe('what Elastic Load Balancing refuses', () => {
  const TargetGroupArn = () => `${output('Targets').slice(0, -16)}0000000000000000`
  it.each<[name: string, code: string, call: () => Promise<unknown>]>([
    [
      'a load balancer',
      'LoadBalancerNotFoundException',
      () => elb().send(new DescribeLoadBalancersCommand({ Names: ['terrace-nobody'] })),
    ],
    [
      'a target group',
      'TargetGroupNotFoundException',
      () => elb().send(new DescribeTargetHealthCommand({ TargetGroupArn: TargetGroupArn() })),
    ],
    [
      'an instance as a target',
      'InvalidTargetException',
      () =>
        elb().send(
          new RegisterTargetsCommand({ TargetGroupArn: output('Targets'), Targets: [{ Id: 'i-0123456789abcdef0' }] }),
        ),
    ],
  ])('says which is missing: %s', async (_, code, call) => {
    expect(await failureOf(call())).toMatchObject({ code, status: 400 })
  })

  it('to delete the default rule', async () => {
    const { Rules = [] } = await elb().send(new DescribeRulesCommand({ ListenerArn: output('Listener') }))
    const RuleArn = Rules.find(rule => rule.IsDefault)?.RuleArn
    const call = elb().send(new DeleteRuleCommand({ RuleArn }))
    expect(await failureOf(call)).toMatchObject({ code: 'OperationNotPermittedException', status: 400 })
  })

  it('pages of impossible sizes', async () => {
    const call = elb().send(new DescribeLoadBalancersCommand({ PageSize: 401 }))
    expect(await failureOf(call)).toMatchObject({ code: 'ValidationError', status: 400 })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(ElasticLoadBalancingV2Client)
    const health = await limited.send(new DescribeTargetHealthCommand({ TargetGroupArn: output('Targets') }))
    expect(health.TargetHealthDescriptions).toHaveLength(2)
    expect(await failureOf(limited.send(new DescribeLoadBalancersCommand({})))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(/is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers/),
    })
  })
})

describe('an operator looks at the load balancer', () => {
  operatorTypes(target, [
    {
      does: 'finds a load balancer by name',
      types: `aws elbv2 describe-load-balancers --names $BalancerName --query 'LoadBalancers[0].[Type,Scheme,State.Code]' --output text`,
      prints: 'application\tinternet-facing\tactive\n',
    },
    {
      does: 'counts the targets',
      types: `aws elbv2 describe-target-health --target-group-arn $Targets --query 'length(TargetHealthDescriptions)'`,
      prints: '2\n',
    },
    {
      does: 'lists the rules as a table',
      types: `aws elbv2 describe-rules --listener-arn $Listener --query 'Rules[].{Priority:Priority,Does:Actions[0].Type}' --output table`,
      prints: /DescribeRules[\s\S]*forward\s+\|\s+10\s+\|[\s\S]*fixed-response\s+\|\s+default\s+\|/,
    },
    {
      does: 'says what is missing',
      types: 'aws elbv2 describe-load-balancers --names terrace-nobody',
      fails: true,
      prints: /An error occurred \(LoadBalancerNotFound\) when calling the DescribeLoadBalancers operation/,
    },
  ])
})
