/** A service's name in all the forms in which it is written. */
export interface ServiceNames {
  /** As in its endpoint's name, its actions and its ARNs: `cognito-idp`. */
  readonly name: string
  /** Of its folder below `packages/cloud/src/services`, without hyphens as all of them: `cognitoidp`. */
  readonly folder: string
  /** `cognitoIdp` */
  readonly camel: string
  /** `CognitoIdp` */
  readonly pascal: string
  /** `COGNITO_IDP` */
  readonly constant: string
}

/** AWS writes the names of its endpoints in small letters, digits and single hyphens. */
export const isServiceName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)

/** @param name  one that `isServiceName` */
export function namesOf(name: string): ServiceNames {
  const words = name.split('-')
  const pascal = words.map(capitalized).join('')
  return {
    name,
    folder: words.join(''),
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    constant: words.join('_').toUpperCase(),
  }
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
