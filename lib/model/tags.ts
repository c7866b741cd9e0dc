/** The tag by which a provisioning role tells the resources of its environment from those of others. */
export const environmentTag = 'baton:environment';
