import { AwsError } from '../../gateway/errors.ts'

/** Errors of Elastic Load Balancing; all of them are answered with 400. @see ELB API Reference, version 2015-12-01 */
class BalancingError extends AwsError {
  constructor(code: string, message: string) {
    super(code, 400, message)
  }
}

/** A balancer, listener, rule or target group that doesn't exist. */
export class NotFound extends BalancingError {
  constructor(
    code: 'LoadBalancerNotFound' | 'ListenerNotFound' | 'RuleNotFound' | 'TargetGroupNotFound',
    what: string,
  ) {
    super(code, what)
  }
}

/** A target that can't be registered. */
export class InvalidTarget extends BalancingError {
  constructor(message: string) {
    super('InvalidTarget', message)
  }
}

/** Another rule of the listener has that priority. */
export class PriorityInUse extends BalancingError {
  constructor(priority: number) {
    super('PriorityInUse', `Priority '${priority}' is currently in use`)
  }
}

/** The call asks for what this resource doesn't allow, such as deleting a default rule. */
export class OperationNotPermitted extends BalancingError {
  constructor(message: string) {
    super('OperationNotPermitted', message)
  }
}

/** An attribute, a value or a combination that isn't valid. */
export class InvalidConfigurationRequest extends BalancingError {
  constructor(message: string) {
    super('InvalidConfigurationRequest', message)
  }
}

/** A member of the input that breaks its rules. */
export class ValidationError extends BalancingError {
  constructor(message: string) {
    super('ValidationError', message)
  }
}

/** More than an account may have. */
export class TooMany extends BalancingError {
  constructor(what: 'Rules' | 'Targets' | 'TargetGroups', message: string) {
    super(`TooMany${what}`, message)
  }
}

/** A target group belongs to one balancer. */
export class TargetGroupAssociationLimit extends BalancingError {
  constructor(arn: string) {
    super(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    )
  }
}

/** No security policy has that name. */
export class SslPolicyNotFound extends BalancingError {
  constructor(name: string) {
    super('SSLPolicyNotFound', `SSL policy '${name}' not found`)
  }
}

/** A certificate that doesn't exist. */
export class CertificateNotFound extends BalancingError {
  constructor(arn: string) {
    super('CertificateNotFound', `Certificate ARN '${arn}' is not valid`)
  }
}
