export { deploymentDiagram } from './deployment-diagram.ts'
export { systemDiagram } from './system-diagram.ts'
