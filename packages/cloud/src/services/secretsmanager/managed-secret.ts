import { type Architecture, nodesOf, type Secret } from '@terrace/model'

/** RDS takes any printable character in a master password but these. */
const NOT_IN_PASSWORDS = '/\'"@ '
const LENGTH = 28

/**
 * The secrets that RDS makes and keeps for databases with `ManageMasterUserPassword`: user name and password, and
 * nothing else.
 * @see Amazon RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager"
 */
export const managedSecrets = (architecture: Architecture): readonly Secret[] =>
  nodesOf(architecture, 'dbInstance').flatMap(database => {
    const arn = database.managedSecretArn
    if (arn === undefined) return []
    const { id, origin, identifier, masterUsername } = database
    const rules = {
      template: JSON.stringify({ username: masterUsername }),
      key: 'password',
      length: LENGTH,
      excludeCharacters: NOT_IN_PASSWORDS,
      excludeLowercase: false,
      excludeUppercase: false,
      excludeNumbers: false,
      excludePunctuation: false,
      includeSpace: false,
      requireEachIncludedType: true,
    }
    return {
      id: `${id}/MasterUserSecret`,
      kind: 'secret',
      origin,
      physicalId: arn,
      tags: { 'aws:secretsmanager:owningService': 'rds', 'aws:rds:primaryDBInstanceArn': database.arn },
      // The six characters that Secrets Manager adds aren't part of the name.
      name: arn
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-\w{6}$/, ''),
      arn,
      description: `Secret associated with primary RDS DB instance: ${identifier}`,
      value: { kind: 'generated', rules },
    }
  })
