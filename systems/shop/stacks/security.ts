import { type InstanceIdentity, instanceIdentity, MYSQL_PORT } from '@terrace/constructs'
import { Stack, type StackProps } from 'aws-cdk-lib'
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { NetworkingStack } from './networking.ts'
import { API_PORT, WEB_PORT } from './ports.ts'

export interface SecurityProps extends StackProps {
  readonly networking: NetworkingStack
}

/**
 * Who may talk to whom, and what each tier may do: security groups, roles, instance profiles. What instances need to
 * *start* (image, files, secrets) their roles get from what they run, in the stack `shop-compute`.
 */
export class SecurityStack extends Stack {
  readonly webBalancer: SecurityGroup
  readonly web: InstanceIdentity
  readonly apiBalancer: SecurityGroup
  readonly app: InstanceIdentity
  readonly database: SecurityGroup

  constructor(scope: Construct, id: string, props: SecurityProps) {
    super(scope, id, { description: 'Shop 2/4: security groups and roles', ...props })
    const { networking } = props
    const { vpc } = networking.network
    const closed = (name: string, description: string) =>
      new SecurityGroup(this, name, { vpc, description, allowAllOutbound: false })

    this.webBalancer = closed('WebBalancer', 'Public balancer')
    this.web = instanceIdentity(new Construct(this, 'Web'), vpc)
    this.apiBalancer = closed('ApiBalancer', 'Internal balancer')
    this.app = instanceIdentity(new Construct(this, 'App'), vpc)
    this.database = closed('Database', 'MySQL')

    // anywhere → public balancer → NGINX → internal balancer → application → database; the first step opens with the
    // balancer itself.
    const { web, app } = { web: this.web.securityGroup, app: this.app.securityGroup }
    this.webBalancer.connections.allowTo(web, Port.tcp(WEB_PORT), 'Public balancer to NGINX')
    web.connections.allowTo(this.apiBalancer, Port.tcp(80), 'NGINX to the API')
    this.apiBalancer.connections.allowTo(app, Port.tcp(API_PORT), 'Internal balancer to the API')
    app.connections.allowTo(this.database, Port.tcp(MYSQL_PORT), 'The application to its database')

    const { orders, mail, pictures, domainName } = networking
    orders.queue.grant(this.app.role, 'sqs:SendMessage', ...WORK_OFF)
    orders.deadLetters.grant(this.app.role, 'sqs:GetQueueAttributes', ...WORK_OFF)
    mail.grantSend(this.app.role, `orders@${domainName}`)
    this.app.role.allowReading(pictures.bucket)
    this.app.role.allowTracing()
  }
}

// What CDK grants to consumers would also let them look queues up by name, which nobody does.
const WORK_OFF = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility']
