import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

export interface WebFirewallProps {
  /** In front of what: CloudFront (only in us-east-1), or balancers of this region. */
  readonly scope: 'cdn' | 'regional'
  /** Requests of one address in five minutes, above which it is blocked. Default 2000. */
  readonly requestsPerAddress?: number
}

/** An AWS WAF web ACL: a limit per address, and AWS's own rules against common attacks and known bad input. */
export class WebFirewall extends Construct {
  readonly arn: string

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id)
    const acl = new CfnWebACL(this, 'Acl', {
      scope: props.scope === 'cdn' ? 'CLOUDFRONT' : 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibleAs('all'),
      rules: [
        {
          name: 'rate-per-address',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: props.requestsPerAddress ?? 2000 } },
          visibilityConfig: visibleAs('rate-per-address'),
        },
        managed(1, 'AWSManagedRulesCommonRuleSet'),
        managed(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    })
    this.arn = acl.attrArn
  }
}

const managed = (priority: number, name: string): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
  visibilityConfig: visibleAs(name),
})

const visibleAs = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
})
