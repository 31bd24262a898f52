import { CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib'
import { Construct } from 'constructs'

/** Sizes of the removal tier. */
export interface TierSize {
  readonly min: number
  readonly desired: number
  readonly max: number
}

/** When somebody works. */
export interface WorkingHours {
  /** Hours of the day, as numbers in text. */
  readonly begin: string
  readonly end: string
  /** `Europe/London` */
  readonly timeZone: string
}

/** A value that may be given. */
export interface Given {
  /** The value, or another one when there is none. */
  or(otherwise: string | undefined): string
}

/** What is known only when the template is deployed. The local cloud sets the first two itself, and `DatabaseTls`. */
export class Parameters extends Construct {
  readonly domainName = this.#text('DomainName', 'quiz.example.com', 'Where the site is')
  readonly publicPortSuffix = this.#text('PublicPortSuffix', '', 'Empty on AWS; ":4430" where a port stands for 443')
  readonly client = this.#text('Client', 'example', 'Whom the system is for: the tag "client" of everything')
  readonly alarmEmail = this.#text('AlarmEmail', 'operator@example.com', 'Who is told of alarms')

  /** The one address that may open SSH to the bastion, as a CIDR block. */
  readonly operators = this.#parameter('OperatorAddress', {
    default: '203.0.113.10/32',
    description: 'The one address that may open SSH to the bastion, as a CIDR block',
    allowedPattern: '^([0-9]{1,3}\\.){3}[0-9]{1,3}/32$',
    constraintDescription: 'must be one IPv4 address followed by /32',
  }).valueAsString

  readonly size: TierSize = {
    min: this.#number('CutoutMin', 2, 'Fewest instances that remove backgrounds, in working hours', [1, 20]),
    desired: this.#number('CutoutDesired', 2, 'Instances that remove backgrounds when working hours begin', [1, 20]),
    max: this.#number('CutoutMax', 6, 'Most instances that remove backgrounds', [2, 20]),
  }

  readonly workingHours: WorkingHours = {
    begin: this.#hour('WorkBegins', 8, 'The hour at which the removal tier grows to its size for the day'),
    end: this.#hour('WorkEnds', 19, 'The hour from which one instance is enough'),
    timeZone: this.#text('WorkTimeZone', 'Europe/London', 'The time zone of these hours, as in the tz database'),
  }

  /**
   * An instance with a volume of its own cannot be replaced by another one while it runs, and another image means
   * another instance: `deploy.ts` gives the one that runs.
   */
  readonly mainImage = this.#given(
    'MainImage',
    'Image of the main instance, ami-…; empty: the newest Amazon Linux 2023',
  )

  /** Whether the site speaks TLS to RDS. The local cloud has none there; RDS itself takes nothing else. */
  databaseTls(): string {
    return this.#parameter('DatabaseTls', {
      default: 'rds',
      allowedValues: ['rds', 'off'],
      description: 'How the site speaks to RDS: rds on AWS; off where a database has no certificate of RDS',
    }).valueAsString
  }

  #parameter(id: string, props: ConstructorParameters<typeof CfnParameter>[2]): CfnParameter {
    const parameter = new CfnParameter(this, id, props)
    parameter.overrideLogicalId(id)
    return parameter
  }

  #text(id: string, value: string, description: string): string {
    return this.#parameter(id, { default: value, description }).valueAsString
  }

  #number(id: string, value: number, description: string, [minValue, maxValue]: readonly [number, number]): number {
    return this.#parameter(id, { type: 'Number', default: value, description, minValue, maxValue }).valueAsNumber
  }

  #given(id: string, description: string): Given {
    const value = this.#text(id, '', description)
    const isGiven = new CfnCondition(this, `${id}IsGiven`, {
      expression: Fn.conditionNot(Fn.conditionEquals(value, '')),
    })
    return { or: otherwise => Fn.conditionIf(isGiven.logicalId, value, otherwise).toString() }
  }

  #hour(id: string, value: number, description: string): string {
    const parameter = this.#parameter(id, { type: 'Number', default: value, description, minValue: 0, maxValue: 23 })
    return parameter.valueAsString
  }
}
