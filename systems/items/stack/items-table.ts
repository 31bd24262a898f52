import { TableEndpoint, type ThreeTierNetwork } from '@terrace/constructs'
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { TableSettings } from '../environments/environment.ts'
import { LIST_INDEX } from './names.ts'

export interface ItemsTableProps {
  readonly network: ThreeTierNetwork<'app'>
  readonly settings: TableSettings
  readonly deletionProtection: boolean
}

/** What the API does with the table, and no more: what is deleted gets a day to live. */
const ON_ITEMS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']
const ON_LIST = ['dynamodb:Query']

/**
 * The items: one table, paid by request, with an index that lists them by their time. It can be restored to any second of
 * the last days; items that were deleted go by themselves after a day (`expiresAt`). The API reaches it by the gateway
 * endpoint, whose policy knows these calls and this table.
 */
export class ItemsTable extends Construct {
  readonly table: Table
  readonly #endpoint: TableEndpoint<'app'>

  constructor(scope: Construct, id: string, { network, settings, deletionProtection }: ItemsTableProps) {
    super(scope, id)
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: settings.recoveryDays,
      },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection,
      removalPolicy: settings.whenDeleted === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    this.table.addGlobalSecondaryIndex({
      indexName: LIST_INDEX,
      partitionKey: { name: 'list', type: AttributeType.STRING },
      sortKey: { name: 'position', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    })
    this.#endpoint = new TableEndpoint(this, 'Way', {
      network,
      tiers: ['app'],
      tables: [this.table.tableArn, this.#index],
      actions: [...ON_ITEMS, ...ON_LIST],
    })
  }

  /** Lets the API work with items. */
  allow(api: IGrantable): void {
    const { grantPrincipal } = api
    const table = this.table.tableArn
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ sid: 'Items', actions: ON_ITEMS, resources: [table] }))
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'List', actions: ON_LIST, resources: [this.#index] }),
    )
  }

  /** What has to be there before somebody asks the table from inside the VPC. */
  get way(): Construct {
    return this.#endpoint
  }

  get #index(): string {
    return `${this.table.tableArn}/index/${LIST_INDEX}`
  }
}
