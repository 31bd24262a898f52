import { CfnParameter } from 'aws-cdk-lib'
import { Construct } from 'constructs'

/** What is known only when the template is deployed. The local cloud sets the first two itself. */
export class Parameters extends Construct {
  readonly domainName: string
  readonly publicPortSuffix: string
  readonly alarmEmail: string

  /** @param domainName  where the system is by default */
  constructor(scope: Construct, id: string, domainName: string) {
    super(scope, id)
    this.domainName = this.#text('DomainName', domainName, 'Where the items are')
    this.publicPortSuffix = this.#text('PublicPortSuffix', '', 'Empty on AWS; ":4430" where a port stands for 443')
    this.alarmEmail = this.#text('AlarmEmail', 'operator@example.com', 'Who is told of alarms')
  }

  #text(id: string, value: string, description: string): string {
    const parameter = new CfnParameter(this, id, { default: value, description })
    parameter.overrideLogicalId(id)
    return parameter.valueAsString
  }
}
