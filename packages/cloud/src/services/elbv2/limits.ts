/** @see ELB User Guide for Application Load Balancers, "Quotas for your Application Load Balancers" */
export const QUOTAS: Readonly<Record<string, number>> = {
  'application-load-balancers': 50,
  'target-groups': 3000,
  'targets-per-application-load-balancer': 1000,
  'listeners-per-application-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups-per-application-load-balancer': 100,
  'target-groups-per-action-on-application-load-balancer': 5,
  'targets-per-target-group': 1000,
  'certificates-per-application-load-balancer': 25,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 6,
}

export const MAX_RULES = 100
export const MAX_TARGETS = 1000
export const MAX_GROUPS_PER_ACTION = 5
export const MAX_PRIORITY = 50_000
export const MAX_PAGE = 400

/**
 * The accounts of Elastic Load Balancing that deliver access logs, by region. Policies name them, so that they have to be
 * the real ones.
 * @see ELB User Guide for Application Load Balancers, "Enable access logs": bucket policy
 */
export const LOG_ACCOUNTS: Readonly<Record<string, string>> = {
  'us-east-1': '127311923021',
  'us-east-2': '033677994240',
  'us-west-1': '027434742980',
  'us-west-2': '797873946194',
  'ca-central-1': '985666609251',
  'eu-central-1': '054676820928',
  'eu-north-1': '897822967062',
  'eu-south-1': '635631232127',
  'eu-west-1': '156460612806',
  'eu-west-2': '652711504416',
  'eu-west-3': '009996457667',
  'ap-east-1': '754344448648',
  'ap-northeast-1': '582318560864',
  'ap-northeast-2': '600734575887',
  'ap-northeast-3': '383597477331',
  'ap-south-1': '718504428378',
  'ap-southeast-1': '114774131450',
  'ap-southeast-2': '783225319266',
  'me-south-1': '076674570225',
  'af-south-1': '098369216593',
  'sa-east-1': '507241528517',
}
