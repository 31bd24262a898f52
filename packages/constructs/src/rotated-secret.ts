import { Duration } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { FUNCTION_HANDLER } from './build/node-function.ts'
import { operationsLog } from './operations-log.ts'

export interface RotatedSecretProps {
  /** What it is for. */
  readonly description: string
  /** Folder with the code of the function that makes new values, such as `bundleNodeFunction` makes. */
  readonly code: string
  /** Days between two values, 1 to 1000. */
  readonly everyDays: number
}

/**
 * A secret that is made up by Secrets Manager at first and by a function of Lambda from then on, on a schedule: whoever
 * reads it has to read it again. The function may change this secret and nothing else. The first value stays until the
 * schedule's first day: a deployment waits for no rotation.
 *
 * @see Secrets Manager User Guide "Rotation by Lambda function"
 */
export class RotatedSecret extends Construct {
  readonly secret: ISecret
  readonly rotator: LambdaFunction

  constructor(scope: Construct, id: string, props: RotatedSecretProps) {
    super(scope, id)
    const secret = new Secret(this, 'Secret', {
      description: props.description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    })
    this.secret = secret
    this.rotator = this.#function(props)
    secret.addRotationSchedule('Rotation', {
      rotationLambda: this.rotator,
      automaticallyAfter: Duration.days(props.everyDays),
      rotateImmediatelyOnUpdate: false,
    })
    acknowledgeWildcards(this, 'secretsmanager:GetRandomPassword has no resource that a policy could name.', [
      'Resource::*',
    ])
  }

  #function({ code, description }: RotatedSecretProps): LambdaFunction {
    const logGroup = operationsLog(this, 'Log')
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    return new LambdaFunction(this, 'Function', {
      description: `Makes new values of: ${description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: FUNCTION_HANDLER,
      code: Code.fromAsset(code),
      timeout: Duration.seconds(30),
      memorySize: 256,
      role,
      logGroup,
    })
  }
}
