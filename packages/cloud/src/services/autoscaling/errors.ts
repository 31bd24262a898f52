import { AwsError } from '../../gateway/errors.ts'

/** A parameter has a value that the group doesn't allow. */
export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}

/** A cooldown or an activity is under way, and the caller asked to respect it. */
export class ScalingActivityInProgress extends AwsError {
  constructor(message: string) {
    super('ScalingActivityInProgress', 400, message)
  }
}

/** A token that no earlier page gave. */
export class InvalidNextToken extends AwsError {
  constructor(token: string) {
    super('InvalidNextToken', 400, `Invalid nextToken: ${token.slice(0, 100)}`)
  }
}

/** More hooks, policies or scheduled actions than a group may have. */
export class LimitExceeded extends AwsError {
  constructor(message: string) {
    super('LimitExceeded', 400, message)
  }
}

/** One refresh of a group at a time. */
export class InstanceRefreshInProgress extends AwsError {
  constructor() {
    super(
      'InstanceRefreshInProgress',
      400,
      'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
    )
  }
}

/** Nothing to cancel or to roll back. */
export class ActiveInstanceRefreshNotFound extends AwsError {
  constructor(group: string) {
    super(
      'ActiveInstanceRefreshNotFound',
      400,
      `No in progress or pending Instance Refresh found for Auto Scaling group ${group}`,
    )
  }
}

/** A refresh that names no desired configuration has nothing to go back to. */
export class IrreversibleInstanceRefresh extends AwsError {
  constructor() {
    super(
      'IrreversibleInstanceRefresh',
      400,
      'The instance refresh cannot be rolled back because it has no desired configuration.',
    )
  }
}
