import { AwsError } from '../../gateway/errors.ts'

/** RDS API Reference, "DescribeDBInstances": DBInstanceNotFound, HTTP 404. */
export class DbInstanceNotFound extends AwsError {
  constructor(identifier: string) {
    super('DBInstanceNotFound', 404, `DBInstance ${identifier} not found.`)
  }
}

/** RDS API Reference, "RestoreDBInstanceFromDBSnapshot": DBInstanceAlreadyExists, HTTP 400. */
export class DbInstanceAlreadyExists extends AwsError {
  constructor() {
    super('DBInstanceAlreadyExists', 400, 'DB instance already exists')
  }
}

/** RDS API Reference, "RebootDBInstance": InvalidDBInstanceState, HTTP 400. */
export class InvalidDbInstanceState extends AwsError {
  constructor(message: string) {
    super('InvalidDBInstanceState', 400, message)
  }
}

/** RDS API Reference, "Common Errors": InvalidParameterValue, HTTP 400. */
export class InvalidParameterValue extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValue', 400, message)
  }
}

/** RDS API Reference, "Common Errors": InvalidParameterCombination, HTTP 400. */
export class InvalidParameterCombination extends AwsError {
  constructor(message: string) {
    super('InvalidParameterCombination', 400, message)
  }
}

/** RDS API Reference, "DescribeDBSnapshots": DBSnapshotNotFound, HTTP 404. */
export class DbSnapshotNotFound extends AwsError {
  constructor(identifier: string) {
    super('DBSnapshotNotFound', 404, `DBSnapshot ${identifier} not found.`)
  }
}

/** RDS API Reference, "CreateDBSnapshot": DBSnapshotAlreadyExists, HTTP 400. */
export class DbSnapshotAlreadyExists extends AwsError {
  constructor(identifier: string) {
    super(
      'DBSnapshotAlreadyExists',
      400,
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    )
  }
}

/** RDS API Reference, "DeleteDBSnapshot": InvalidDBSnapshotState, HTTP 400. */
export class InvalidDbSnapshotState extends AwsError {
  constructor(message: string) {
    super('InvalidDBSnapshotState', 400, message)
  }
}

/** RDS API Reference, "DescribeDBSubnetGroups": DBSubnetGroupNotFoundFault, HTTP 404. */
export class DbSubnetGroupNotFound extends AwsError {
  constructor(name: string) {
    super('DBSubnetGroupNotFoundFault', 404, `DB subnet group '${name}' does not exist.`)
  }
}

/** RDS API Reference, "ModifyDBInstance": DBSubnetGroupDoesNotCoverEnoughAZs, HTTP 400. */
export class TooFewZones extends AwsError {
  constructor() {
    super(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      400,
      "DB Subnet Group doesn't meet availability zone coverage requirement. Please add subnets to cover at least 2 availability zones.",
    )
  }
}

/** RDS API Reference, "DescribeDBParameterGroups": DBParameterGroupNotFound, HTTP 404. */
export class DbParameterGroupNotFound extends AwsError {
  constructor(name: string) {
    super('DBParameterGroupNotFound', 404, `DBParameterGroup not found: ${name}`)
  }
}

/** RDS API Reference, "CreateDBParameterGroup": DBParameterGroupAlreadyExists, HTTP 400. */
export class DbParameterGroupAlreadyExists extends AwsError {
  constructor(name: string) {
    super('DBParameterGroupAlreadyExists', 400, `Parameter group ${name} already exists`)
  }
}

/** RDS API Reference, "DeleteDBParameterGroup": InvalidDBParameterGroupState, HTTP 400. */
export class InvalidDbParameterGroupState extends AwsError {
  constructor(message: string) {
    super('InvalidDBParameterGroupState', 400, message)
  }
}

/** RDS API Reference, "RestoreDBInstanceToPointInTime": PointInTimeRestoreNotEnabled, HTTP 400. */
export class PointInTimeRestoreNotEnabled extends AwsError {
  constructor(identifier: string) {
    super(
      'PointInTimeRestoreNotEnabled',
      400,
      `DB Instance ${identifier} has a backup retention period of 0 and can not be restored to a point in time.`,
    )
  }
}

/** RDS API Reference, "DescribeDBInstanceAutomatedBackups": DBInstanceAutomatedBackupNotFound, HTTP 404. */
export class AutomatedBackupNotFound extends AwsError {
  constructor(name: string) {
    super('DBInstanceAutomatedBackupNotFound', 404, `DB Instance Automated Backup ${name} not found.`)
  }
}
