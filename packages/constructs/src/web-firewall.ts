import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

export interface WebFirewallProps {
  /** In front of what: CloudFront (only in us-east-1), or balancers of this region. */
  readonly scope: 'cdn' | 'regional'
  /** Requests of one address in five minutes, above which it is blocked. Default 2000. */
  readonly requestsPerAddress?: number
  /**
   * Rules of `AWSManagedRulesCommonRuleSet` that count and don't block, because what they look for is ordinary here.
   * Default none.
   *
   * @see WAF Developer Guide "Baseline rule groups"
   */
  readonly countOnly?: readonly string[]
  /** Writes what it blocks to a log group, without what is confidential. Default: no log. */
  readonly log?: WebFirewallLog
}

/** The log of a firewall; its name is the one that AWS WAF asks for, with this at its end. */
export interface WebFirewallLog {
  /** `aws-waf-logs-<name>` */
  readonly name: string
  /** Headers whose values are left out, in lower case. */
  readonly redactedHeaders: readonly string[]
}

/** An AWS WAF web ACL: a limit per address, and AWS's own rules against common attacks and known bad input. */
export class WebFirewall extends Construct {
  readonly arn: string
  /** The name that CloudFormation gives it: the dimension `WebACL` of its metrics. */
  readonly metricName: string
  /** Where it writes, when it does. */
  readonly logGroup: LogGroup | undefined

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id)
    const acl = new CfnWebACL(this, 'Acl', {
      scope: props.scope === 'cdn' ? 'CLOUDFRONT' : 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibleAs(ALL),
      rules: [
        {
          name: RATE_RULE,
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: props.requestsPerAddress ?? 2000 } },
          visibilityConfig: visibleAs(RATE_RULE),
        },
        managed(1, 'AWSManagedRulesCommonRuleSet', props.countOnly),
        managed(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    })
    this.arn = acl.attrArn
    this.metricName = ALL
    this.logGroup = props.log && this.#log(props.log)
  }

  /** Stands in front of a balancer of the region. */
  guard(balancer: IApplicationLoadBalancer): void {
    new CfnWebACLAssociation(this, 'Association', { resourceArn: balancer.loadBalancerArn, webAclArn: this.arn })
  }

  /** @see WAF Developer Guide "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group" */
  #log({ name, redactedHeaders }: WebFirewallLog): LogGroup {
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `aws-waf-logs-${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const stack = Stack.of(this)
    // AWS WAF wants the ARN without the `:*` at its end.
    const destination = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.arn,
      logDestinationConfigs: [destination],
      redactedFields: redactedHeaders.map(header => ({ singleHeader: { Name: header } })),
      // What passes is in the balancer's own log.
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    })
    return logGroup
  }
}

const ALL = 'all'
const RATE_RULE = 'rate-per-address'

const managed = (priority: number, name: string, countOnly: readonly string[] = []): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ...(countOnly.length > 0 && {
        ruleActionOverrides: countOnly.map(rule => ({ name: rule, actionToUse: { count: {} } })),
      }),
    },
  },
  visibilityConfig: visibleAs(name),
})

const visibleAs = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
})
