import { MySqlDatabase, operationsAlarm, secureParameter } from '@terrace/constructs'
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { NetworkingStack } from './networking.ts'
import { SECURE_PARAMETERS } from './parameters.ts'
import type { SecurityStack } from './security.ts'

export interface DatabaseProps extends StackProps {
  readonly networking: NetworkingStack
  readonly security: SecurityStack
  readonly deletionProtection: boolean
}

/** What is kept: RDS for MySQL over two zones, in subnets that no way leads out of, and its alarms. */
export class DatabaseStack extends Stack {
  readonly database: MySqlDatabase
  readonly databaseName = 'shop'

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id, { description: 'Shop 3/4: the database', ...props })
    this.database = new MySqlDatabase(this, 'Database', {
      network: props.networking.network,
      securityGroup: props.security.database,
      databaseName: this.databaseName,
      password: secureParameter(this, SECURE_PARAMETERS.databasePassword),
      deletionProtection: props.deletionProtection,
    })
    this.#watch()
    new CfnOutput(this, 'DatabaseHost', { value: this.database.host, description: 'The current primary' })
  }

  #watch(): void {
    const { instance } = this.database
    const period = Duration.minutes(1)
    operationsAlarm(this, 'DatabaseBusy', {
      description: 'The database has been above 80 % CPU for ten minutes',
      metric: instance.metricCPUUtilization({ period }),
      from: 80,
      minutes: 10,
    })
    operationsAlarm(this, 'DatabaseFull', {
      description: 'Less than 2 GiB of the database’s storage are free',
      metric: instance.metricFreeStorageSpace({ period }),
      from: 2 * 1024 ** 3,
      when: 'upTo',
      minutes: 5,
    })
    operationsAlarm(this, 'DatabaseCrowded', {
      description: 'More connections than a db.t3.micro has memory for are near',
      metric: instance.metricDatabaseConnections({ period }),
      from: 50,
      minutes: 5,
    })
  }
}
