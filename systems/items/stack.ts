import { keepLogsFor, LogBucket, NamesAndCertificate, ThreeTierNetwork } from '@terrace/constructs'
import { CfnOutput, Fn, Stack, Tags, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { ItemsOptions, ItemsProps } from './props.ts'
import { Api } from './stack/api.ts'
import { firewall } from './stack/firewall.ts'
import { Frontend } from './stack/frontend.ts'
import { ItemsTable } from './stack/items-table.ts'
import { systemNames } from './stack/names.ts'
import { Parameters } from './stack/parameters.ts'
import { Watching } from './stack/watching.ts'

/** The stack's name on AWS: `<project>-<environment>`. In the app it is `items` in every environment. */
export const stackNameOf = ({ project, environment }: Pick<ItemsOptions, 'project' | 'environment'>): string =>
  systemNames(project, environment.name).stack

/** Items: a site on EC2, an API on Fargate, a table; a web firewall before them, and TLS on every step. */
export class ItemsStack extends Stack {
  constructor(scope: Construct, id: string, props: ItemsProps) {
    super(scope, id, { description: 'Items: a site on EC2, an API on Fargate, DynamoDB', ...props })
    const { environment, project } = props
    const names = systemNames(project, environment.name)
    const { deletionProtection } = environment
    const parameters = new Parameters(this, 'Parameters', environment.domainName)
    const { domainName, publicPortSuffix } = parameters
    const publicUrl = `https://app.${domainName}${publicPortSuffix}`

    // Three zones: public subnets for the balancer and NAT, private ones for NGINX, private ones for the API.
    const { cidr, zones, nat } = environment.network
    const network = new ThreeTierNetwork(this, 'Network', { cidr, zones, nat, tiers: ['web', 'app'] })
    const domain = new NamesAndCertificate(this, 'Names', { domainName })
    const logs = this.#logs()
    const table = new ItemsTable(this, 'Items', { network, settings: environment.table, deletionProtection })

    // browser → firewall → public balancer → NGINX → internal balancer → API → table
    const origins = [publicUrl, `https://${domainName}${publicPortSuffix}`]
    const api = new Api(this, 'Api', { ...props, network, names, domain, logs, table, origins })
    const frontend = new Frontend(this, 'Frontend', {
      network,
      environment,
      names,
      domain,
      logs,
      site: props.site,
      api,
    })
    const guard = firewall(this, frontend, names, environment.requestsPerAddress)

    const watching = new Watching(this, 'Watching', {
      email: parameters.alarmEmail,
      names,
      thresholds: environment.alarms,
      frontend,
      firewall: guard,
      api,
      table: table.table,
    })
    keepLogsFor(this, environment.logDays)
    this.#tag({ Project: project, Environment: environment.name })

    this.#output('Url', publicUrl, 'The items; their API is at /api/v1/items')
    this.#output('ApiUrl', `https://${api.name.name}`, 'The API inside the VPC')
    this.#output('NameServers', Fn.join(' ', domain.zone.hostedZoneNameServers ?? []), 'For your registrar')
    this.#output('HostedZoneId', domain.zone.hostedZoneId, 'The zone of the domain')
    this.#output('ClusterName', api.service.service.cluster.clusterName, 'The cluster of ECS')
    this.#output('ServiceName', api.service.service.serviceName, 'The service of ECS')
    this.#output('GroupName', frontend.service.group.autoScalingGroupName, 'The Auto Scaling group of NGINX')
    this.#output('TableName', table.table.tableName, 'The items')
    this.#output('CursorKeyArn', api.cursorKey.secret.secretArn, 'The key of the cursors, which is rotated')
    this.#output('FirewallArn', guard.arn, 'The web ACL')
    this.#output('AlarmTopicArn', watching.people.topic.topicArn, 'Where alarms go')
  }

  #logs(): LogBucket {
    const logs = new LogBucket(this, 'Logs')
    Validations.of(logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds access logs and nothing else; logs of who reads logs would have no end.',
    })
    return logs
  }

  #tag(tags: Readonly<Record<string, string>>): void {
    // They cost nothing by themselves, and cfn-lint doesn't know their tags.
    const excludeResourceTypes = [
      'AWS::ElasticLoadBalancingV2::Listener',
      'AWS::CloudWatch::Dashboard',
      'AWS::ApplicationAutoScaling::ScalableTarget',
    ]
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value, { excludeResourceTypes })
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}
