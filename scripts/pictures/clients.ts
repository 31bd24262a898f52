import { ACMClient } from '@aws-sdk/client-acm'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { RDSClient } from '@aws-sdk/client-rds'

/** AWS's own clients, for the gateway of a running system. */
export interface Clients {
  readonly acm: ACMClient
  readonly ec2: EC2Client
  readonly ecs: ECSClient
  readonly elb: ElasticLoadBalancingV2Client
  readonly rds: RDSClient
}

/** @param endpoint  of the gateway, where any key acts as the administrator */
export function clientsFor(endpoint: string): Clients {
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  return {
    acm: new ACMClient(options),
    ec2: new EC2Client(options),
    ecs: new ECSClient(options),
    elb: new ElasticLoadBalancingV2Client(options),
    rds: new RDSClient(options),
  }
}
