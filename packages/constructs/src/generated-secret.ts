import { Validations } from 'aws-cdk-lib'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

/** A secret of 64 letters and digits that Secrets Manager makes up: nobody has to know it. @param description what it is for */
export function generatedSecret(scope: Construct, id: string, description: string): ISecret {
  const secret = new Secret(scope, id, {
    description,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  })
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Programs read it when they start. Rotation would end what it has signed, and need new processes.',
  })
  return secret
}
