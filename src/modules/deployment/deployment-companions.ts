import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import { LiveDeployments } from './live-deployments';

/** What goes with the commands of deployments. */
@Injectable()
export class DeploymentCompanions {
  constructor(live: LiveDeployments, companions: Companions) {
    companions.register('complete-deployment', {
      // A change of the live one after this look is refused by the flow itself.
      issue: async (data, issue) => {
        const liveDeployment = await live.besides(String(data['deploymentId']));
        return issue({ liveDeployment });
      },
    });
  }
}
