package ai.echogen.jobs.cli;

import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.deploy.SparkSubmit;

/**
 * Spark's {@code SparkSubmit} for a user that the system has no name for, as in a container with
 * {@code --user 12345}: Hadoop asks the system and fails, so it is told a name before.
 */
public final class NamelessUser {
  private NamelessUser() {}

  public static void main(String[] args) {
    var name = Optional.ofNullable(System.getenv("HADOOP_USER_NAME")).orElse("echogen");
    UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
    SparkSubmit.main(args);
  }
}
