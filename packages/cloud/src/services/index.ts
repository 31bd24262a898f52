import { acm } from './acm/index.ts'
import { applicationautoscaling } from './applicationautoscaling/index.ts'
import { autoscalingService } from './autoscaling/index.ts'
import { cloudFormationService } from './cloudformation/index.ts'
import { cloudfront } from './cloudfront/index.ts'
import { cloudwatch } from './cloudwatch/index.ts'
import { ec2Service } from './ec2/index.ts'
import { ecr } from './ecr/index.ts'
import { ecsService } from './ecs/index.ts'
import { elbv2 } from './elbv2/index.ts'
import { iam } from './iam/index.ts'
import { kms } from './kms/index.ts'
import { logs } from './logs/index.ts'
import { type RdsOptions, rdsService } from './rds/index.ts'
import { route53 } from './route53/index.ts'
import { s3 } from './s3/index.ts'
import { secretsmanager } from './secretsmanager/index.ts'
import type { Service } from './service.ts'
import { ses } from './ses/index.ts'
import { sqs } from './sqs/index.ts'
import { ssm } from './ssm/index.ts'
import { sts } from './sts/index.ts'

/** What may be chosen about how the services run. */
export interface ServiceOptions extends RdsOptions {
  /** Programs that can't run here are replaced by placeholders that say so. */
  readonly standIns?: boolean
}

/** The services of the local cloud: the only place to touch besides a new service's folder. Stopped from the end. */
export const services = ({ standIns = false, ...options }: ServiceOptions): readonly Service[] => [
  sts,
  iam,
  secretsmanager,
  kms,
  ssm,
  ses,
  s3,
  sqs,
  logs,
  cloudwatch,
  ecr,
  rdsService(options),
  elbv2,
  acm,
  cloudfront,
  route53,
  cloudFormationService({ standIns }),
  ec2Service({ standIns }),
  autoscalingService({ standIns }),
  ecsService({ standIns }),
  applicationautoscaling,
]
