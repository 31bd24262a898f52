import { acm } from './acm/index.ts'
import { autoscaling } from './autoscaling/index.ts'
import { cloudfront } from './cloudfront/index.ts'
import { ec2 } from './ec2/index.ts'
import { elbv2 } from './elbv2/index.ts'
import type { EmbeddedChoice } from './rds/engine.ts'
import { rdsService } from './rds/index.ts'
import { route53 } from './route53/index.ts'
import { s3 } from './s3/index.ts'
import { secretsmanager } from './secretsmanager/index.ts'
import type { Service } from './service.ts'
import { ssm } from './ssm/index.ts'
import { sts } from './sts/index.ts'

/** The services of the local cloud: the only place to touch besides a new service's folder. Stopped from the end. */
export const services = (options: { readonly embedded: EmbeddedChoice }): readonly Service[] => [
  sts,
  secretsmanager,
  ssm,
  s3,
  rdsService(options),
  elbv2,
  acm,
  cloudfront,
  route53,
  ec2,
  autoscaling,
]
