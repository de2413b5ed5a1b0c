import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import { DeploymentMeasures } from './deployment-measures';
import { LiveDeployments } from './live-deployments';

/** What the commands of deployments rest on besides their streams. */
@Injectable()
export class DeploymentCompanions {
  constructor(live: LiveDeployments, measures: DeploymentMeasures, companions: Companions) {
    companions.register('complete-deployment', {
      // A change of the live one after this look is refused by the flow itself.
      issue: async (data, issue) => {
        const liveDeployment = await live.besides(String(data['deploymentId']));
        return issue({ liveDeployment });
      },
    });
    companions.register('measure-deployment', {
      issue: async (data, issue) =>
        issue({ measures: await measures.of(String(data['deploymentId'])) }),
    });
  }
}
