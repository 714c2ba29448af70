package ai.echogen.jobs.cli;

import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.deploy.SparkSubmit;

/**
 * Spark's {@code SparkSubmit} for a user that the system has no name for, as in a container with
 * {@code --user 12345}. Hadoop asks the system for one and fails, so it is told one before; so is
 * Java the home directory, which others look for.
 */
public final class NamelessUser {
  private NamelessUser() {}

  public static void main(String[] args) {
    var home = Optional.ofNullable(System.getenv("HOME")).filter(folder -> folder.startsWith("/"));
    System.setProperty("user.home", home.orElse(System.getProperty("java.io.tmpdir")));
    var name = Optional.ofNullable(System.getenv("HADOOP_USER_NAME")).orElse("echogen");
    UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
    SparkSubmit.main(args);
  }
}
