import type { World } from '../../world.ts'

/**
 * Puts the values in for the dynamic references of a database's user name and password, those to SecureStrings too.
 *
 * @throws TerraceError as `Secrets.resolve` and `Parameters.resolveSecure`
 */
export async function resolveReferences({ ports }: World, text: string): Promise<string> {
  const secrets = await ports.need('secrets')
  // Without one nobody has to offer parameters.
  if (!text.includes('{{resolve:ssm-secure:')) return await secrets.resolve(text)
  const parameters = await ports.need('parameters')
  return await secrets.resolve(await parameters.resolveSecure(text))
}
